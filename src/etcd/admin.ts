import type { EtcdClient } from './client.ts';
import {
  fromHex,
  hashKvOf,
  memberOf,
  statusOf,
  toHex,
  type Alarm,
  type HashKv,
  type MemberInfo,
  type MemberStatus,
} from './admin-answers.ts';
import { EtcdError } from './error.ts';
import { rpc } from './rpc.ts';
import {
  AlarmRequest_AlarmAction,
  AlarmType,
  Cluster,
  DowngradeRequest_DowngradeAction,
  KV,
  Maintenance,
} from './proto/etcd_pb.js';

/** etcd's cluster and maintenance calls at one endpoint; each throws `EtcdError`. */
export interface EtcdAdmin {
  status(deadlineMs?: number): Promise<MemberStatus>;
  /** From the member's own state where `linearizable` is false (3.5 on; older: always). */
  memberList(options?: { linearizable?: boolean }, deadlineMs?: number): Promise<MemberInfo[]>;
  /** A member of 3.3 would add a voter in a learner's place without a word: it is not asked. */
  memberAdd(
    member: { peerUrls: readonly string[]; learner?: boolean },
    deadlineMs?: number,
  ): Promise<MemberInfo>;
  memberRemove(id: string, deadlineMs?: number): Promise<void>;
  memberPromote(id: string, deadlineMs?: number): Promise<void>;
  memberUpdate(id: string, peerUrls: readonly string[], deadlineMs?: number): Promise<void>;
  /** Must be asked of the leader. */
  moveLeader(to: string, deadlineMs?: number): Promise<void>;
  /** Hash of the keyspace up to `revision`; absent means now. */
  hashKv(revision?: number, deadlineMs?: number): Promise<HashKv>;
  alarms(deadlineMs?: number): Promise<Alarm[]>;
  disarm(alarm: Alarm, deadlineMs?: number): Promise<void>;
  defragment(deadlineMs?: number): Promise<void>;
  /**
   * Asks whether the cluster may go back to `to` (`3.6`), allows it, or takes that back; from 3.5 on.
   * Allowed, cluster and storage version go there within seconds, and members of that version may join.
   */
  downgrade(action: 'validate' | 'enable', to: string, deadlineMs?: number): Promise<void>;
  /** Where none is under way etcd reports success all the same. */
  downgradeCancel(deadlineMs?: number): Promise<void>;
  /** `physical` waits until the space is free within the database. */
  compact(revision: number, options?: { physical?: boolean }, deadlineMs?: number): Promise<void>;
}

const quickMs = 2_000;
/** For who asks once: a machine that stands still for seconds is no dead member. */
export const patientMs = 10_000;
/** Above the 7 s after which a member gives its own verdict on a proposal. */
const proposalMs = 10_000;
const maintenanceMs = 60_000;

export function openAdmin(client: EtcdClient): EtcdAdmin {
  return {
    async status(deadlineMs = quickMs) {
      return statusOf(await rpc(client, Maintenance.method.status, {}, deadlineMs));
    },
    async memberList({ linearizable = true } = {}, deadlineMs = proposalMs) {
      const answer = await rpc(client, Cluster.method.memberList, { linearizable }, deadlineMs);
      return answer.members.map(memberOf);
    },
    async memberAdd({ peerUrls, learner = false }, deadlineMs = proposalMs) {
      if (learner) await requireLearners(client);
      const request = { peerURLs: [...peerUrls], isLearner: learner };
      const { member } = await rpc(client, Cluster.method.memberAdd, request, deadlineMs);
      if (member === undefined) throw new Error('etcd added a member without telling which');
      return memberOf(member);
    },
    async memberRemove(id, deadlineMs = proposalMs) {
      await rpc(client, Cluster.method.memberRemove, { ID: fromHex(id) }, deadlineMs);
    },
    async memberPromote(id, deadlineMs = proposalMs) {
      await rpc(client, Cluster.method.memberPromote, { ID: fromHex(id) }, deadlineMs);
    },
    async memberUpdate(id, peerUrls, deadlineMs = proposalMs) {
      const request = { ID: fromHex(id), peerURLs: [...peerUrls] };
      await rpc(client, Cluster.method.memberUpdate, request, deadlineMs);
    },
    async moveLeader(to, deadlineMs = proposalMs) {
      await rpc(client, Maintenance.method.moveLeader, { targetID: fromHex(to) }, deadlineMs);
    },
    async hashKv(revision = 0, deadlineMs = proposalMs) {
      const request = { revision: BigInt(revision) };
      return hashKvOf(await rpc(client, Maintenance.method.hashKV, request, deadlineMs));
    },
    async alarms(deadlineMs = quickMs) {
      const request = { action: AlarmRequest_AlarmAction.GET };
      const { alarms } = await rpc(client, Maintenance.method.alarm, request, deadlineMs);
      return alarms.map(({ memberID, alarm }) => ({
        memberId: toHex(memberID),
        alarm: alarm === AlarmType.CORRUPT ? 'CORRUPT' : 'NOSPACE',
      }));
    },
    async disarm({ memberId, alarm }, deadlineMs = proposalMs) {
      const action = AlarmRequest_AlarmAction.DEACTIVATE;
      const request = { action, memberID: fromHex(memberId), alarm: AlarmType[alarm] };
      await rpc(client, Maintenance.method.alarm, request, deadlineMs);
    },
    async defragment(deadlineMs = maintenanceMs) {
      await rpc(client, Maintenance.method.defragment, {}, deadlineMs);
    },
    async downgrade(action, to, deadlineMs = proposalMs) {
      const { VALIDATE, ENABLE } = DowngradeRequest_DowngradeAction;
      const request = { action: action === 'enable' ? ENABLE : VALIDATE, version: to };
      await rpc(client, Maintenance.method.downgrade, request, deadlineMs);
    },
    async downgradeCancel(deadlineMs = proposalMs) {
      const request = { action: DowngradeRequest_DowngradeAction.CANCEL };
      await rpc(client, Maintenance.method.downgrade, request, deadlineMs);
    },
    async compact(revision, { physical = false } = {}, deadlineMs = maintenanceMs) {
      await rpc(client, KV.method.compact, { revision: BigInt(revision), physical }, deadlineMs);
    },
  };
}

async function requireLearners(client: EtcdClient): Promise<void> {
  const { version } = await rpc(client, Maintenance.method.status, {}, quickMs);
  if (!version.startsWith('3.3.')) return;
  const message = `etcd ${version} has no learners; they came with 3.4`;
  throw new EtcdError('MemberAdd', client.target.member, { kind: 'status', code: 12, message });
}
