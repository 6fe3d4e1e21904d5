import type { HashKVResponse, Member, StatusResponse } from './proto/etcd_pb.js';

/** What a member says of itself. Ids are hexadecimal, as etcd logs them; absent = older etcd. */
export interface MemberStatus {
  readonly memberId: string;
  readonly clusterId: string;
  /** The store's revision. */
  readonly revision: number;
  readonly version: string;
  /** From 3.6 on. */
  readonly storageVersion?: string;
  /** Absent when the member knows of none. */
  readonly leader?: string;
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly raftAppliedIndex?: number;
  readonly dbSizeBytes: number;
  readonly dbSizeInUseBytes?: number;
  /** From 3.6 on. */
  readonly quotaBytes?: number;
  /** The version (`3.6`) that a downgrade is allowed to; from 3.6 on. */
  readonly downgradesTo?: string;
  readonly isLearner: boolean;
  readonly errors: readonly string[];
}

export interface MemberInfo {
  readonly id: string;
  /** Empty until the member has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

export interface HashKv {
  readonly memberId: string;
  readonly revision: number;
  readonly hash: number;
  readonly compactRevision: number;
  /** The revision hashed; from 3.6 on. */
  readonly hashRevision?: number;
}

export interface Alarm {
  readonly memberId: string;
  readonly alarm: 'NOSPACE' | 'CORRUPT';
}

export function statusOf(answer: StatusResponse): MemberStatus {
  const { storageVersion, raftAppliedIndex, dbSizeInUse, dbSizeQuota, downgradeInfo } = answer;
  return {
    memberId: toHex(answer.header?.memberId),
    clusterId: toHex(answer.header?.clusterId),
    revision: Number(answer.header?.revision ?? 0n),
    version: answer.version,
    ...(storageVersion === undefined ? {} : { storageVersion }),
    ...(answer.leader === 0n ? {} : { leader: toHex(answer.leader) }),
    raftTerm: Number(answer.raftTerm),
    raftIndex: Number(answer.raftIndex),
    ...(raftAppliedIndex === undefined ? {} : { raftAppliedIndex: Number(raftAppliedIndex) }),
    dbSizeBytes: Number(answer.dbSize),
    ...(dbSizeInUse === undefined ? {} : { dbSizeInUseBytes: Number(dbSizeInUse) }),
    ...(dbSizeQuota === undefined ? {} : { quotaBytes: Number(dbSizeQuota) }),
    ...(downgradeInfo?.enabled ? { downgradesTo: downgradeInfo.targetVersion } : {}),
    isLearner: answer.isLearner,
    errors: answer.errors,
  };
}

export function memberOf(member: Member): MemberInfo {
  return {
    id: toHex(member.ID),
    name: member.name,
    peerUrls: member.peerURLs,
    clientUrls: member.clientURLs,
    isLearner: member.isLearner,
  };
}

export function hashKvOf(answer: HashKVResponse): HashKv {
  const { hashRevision } = answer;
  return {
    memberId: toHex(answer.header?.memberId),
    revision: Number(answer.header?.revision ?? 0n),
    hash: answer.hash,
    compactRevision: Number(answer.compactRevision),
    ...(hashRevision === undefined ? {} : { hashRevision: Number(hashRevision) }),
  };
}

/** As etcd logs ids: hexadecimal, without leading zeros. */
export function toHex(id: bigint | undefined): string {
  return (id ?? 0n).toString(16);
}

export function fromHex(id: string): bigint {
  return BigInt(`0x${id}`);
}
