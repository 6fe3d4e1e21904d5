import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, exitCode } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { MemberStatus } from '../etcd/admin-answers.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { openSnapshot, type SnapshotSummary } from '../snapshot/open-snapshot.ts';
import { drillVersion } from '../version.ts';
import { eventually } from '../wait.ts';
import type { Acknowledged } from './acknowledged.ts';
import { manifestPath, type Manifest } from './manifest.ts';
import { partPath } from './part-files.ts';
import { nameFinally, writeStream, writeText } from './write-stream.ts';

/** A backup that has its final name: verified, and not older than what was acknowledged before. */
export interface Backup {
  readonly path: string;
  readonly manifest: Manifest;
}

export interface BackupRequest {
  /** Serves the snapshot. */
  readonly source: EtcdClient;
  /** What the cluster had acknowledged before: see `acknowledged`. */
  readonly known: Acknowledged;
  readonly folder: string;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
}

/** The member does not have all that the cluster had acknowledged before it was asked. */
export class MemberLags extends DrillError {}

/** A follower is this late at most, or it lags. */
const caughtUpWithinMs = 5000;

/**
 * Takes a snapshot from one member, proves that it is whole and that it has all that the cluster had
 * acknowledged before it was begun, and only then gives it its name, with its manifest beside it.
 * Throws a `DrillError`, with exit code 1 where the member's snapshot is what is wrong (`MemberLags`
 * where it is whole, but old); nothing is left behind then. A process that is killed leaves a file for
 * `removeLeftovers`.
 */
export async function takeBackup(request: BackupRequest): Promise<Backup> {
  const { source, known, folder, now, signal } = request;
  const status = await caughtUp(source, known, signal);
  const takenAt = now().toISOString();
  const part = partPath(folder, nameOf(takenAt, status.revision));
  const made = [part];
  try {
    await writeStream(source, part, signal);
    const summary = await readBack(source, part);
    if (summary.revision < known.revision) throw lags(source, summary.revision, known);
    if (summary.alarms.some(({ alarm }) => alarm === 'CORRUPT')) throw corrupt(source);
    const file = nameOf(takenAt, summary.revision);
    const manifest: Manifest = {
      ...manifestOf(summary, status, known),
      file,
      takenAt,
      verifiedAt: now().toISOString(),
      member: { id: status.memberId, name: nameIn(summary, status) },
    };
    // Reading it back took its time: what was interrupted meanwhile is not kept.
    signal?.throwIfAborted();
    const path = join(folder, file);
    const named = partPath(folder, file);
    made.push(named, manifestPath(named), manifestPath(path));
    await writeText(manifestPath(named), `${JSON.stringify(manifest, null, 2)}\n`);
    // The backup last: what has its final name has its manifest, and a leftover tells which that is.
    await nameFinally(folder, [
      [part, named],
      [manifestPath(named), manifestPath(path)],
      [named, path],
    ]);
    return { path, manifest };
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    throw error;
  }
}

/** What was written is read again, from one end to the other. */
async function readBack(source: EtcdClient, part: string): Promise<SnapshotSummary> {
  try {
    return await openSnapshot(part);
  } catch (error) {
    const local = systemErrorOf(error);
    if (local !== undefined)
      throw new DrillError(
        `What ${source.target.member} sent cannot be read back from ${part}: ${local.message}. Look after the disk, or name another folder with \`--to\`; nothing half-written is kept.`,
        undefined,
        error,
      );
    if (!(error instanceof DrillError)) throw error;
    throw new DrillError(
      `What ${source.target.member} sent is no good snapshot, or was damaged on its way to the disk: ${error.message}`,
      exitCode.violated,
      error,
    );
  }
}

/** This host's own, which is not the member's fault. */
function systemErrorOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'syscall' in error ? error : systemErrorOf(error.cause);
}

/** Sorts by time; the revision tells a reader what is in it. */
function nameOf(takenAt: string, revision: number): string {
  return `etcd-${takenAt.replaceAll(/[^0-9TZ]/g, '')}-r${revision}.db`;
}

/** Waits until the member itself has what the cluster acknowledged: a cut-off one never will. */
async function caughtUp(
  source: EtcdClient,
  known: Acknowledged,
  signal: AbortSignal | undefined,
): Promise<MemberStatus> {
  const admin = openAdmin(source);
  let seen: MemberStatus | undefined;
  try {
    return await eventually(
      {
        subject: `An answer of ${source.target.member}`,
        withinMs: caughtUpWithinMs,
        code: exitCode.couldNotRun,
        ...(signal && { signal }),
      },
      async () => {
        seen = await admin.status();
        if (seen.clusterId !== known.clusterId) throw elsewhere(source, seen, known);
        if (seen.errors.some((text) => /alarm:\s*CORRUPT/.test(text))) throw corrupt(source);
        return seen.revision >= known.revision ? seen : undefined;
      },
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DrillError && error.code === exitCode.violated) throw error;
    throw seen === undefined ? error : lags(source, seen.revision, known);
  }
}

function lags(source: EtcdClient, revision: number, known: Acknowledged): MemberLags {
  return new MemberLags(
    `${source.target.member} lags or is cut off: it has revision ${revision}, the cluster had acknowledged ${known.revision} before it was asked, and its snapshot would lack what lies between. Take the backup from another member, and look after this one.`,
    exitCode.violated,
  );
}

function elsewhere(
  source: EtcdClient,
  { clusterId }: MemberStatus,
  known: Acknowledged,
): DrillError {
  return new DrillError(
    `${source.target.member} belongs to the cluster ${clusterId}, and what was acknowledged is of ${known.clusterId}: its snapshot would be another cluster's. Name the endpoints of one cluster.`,
    exitCode.violated,
  );
}

function corrupt(source: EtcdClient): DrillError {
  return new DrillError(
    `${source.target.member} has the alarm CORRUPT: the members' data differ, and nobody knows whether this one's is right. Find the one that differs (\`drill check\`, \`etcdctl endpoint hashkv\`), replace it and disarm the alarm; \`etcdctl snapshot save\` takes what there is, and the backups from before it are the ones to keep.`,
    exitCode.violated,
  );
}

/** From the file, which is good: nothing that is asked now could be a reason to drop it. */
const nameIn = ({ members }: SnapshotSummary, { memberId }: MemberStatus): string =>
  members.find(({ id }) => id === memberId)?.name ?? '';

function manifestOf(
  summary: SnapshotSummary,
  status: MemberStatus,
  known: Acknowledged,
): Omit<Manifest, 'file' | 'takenAt' | 'verifiedAt' | 'member'> {
  return {
    format: 1,
    drillVersion,
    sizeBytes: summary.sizeBytes,
    sha256: summary.sha256,
    revision: summary.revision,
    acknowledgedRevision: known.revision,
    keys: summary.keys,
    clusterId: known.clusterId,
    members: summary.members.map(({ name, peerUrls }) => ({ name, peerUrls: [...peerUrls] })),
    etcdVersion: status.version,
    storageVersion: summary.version,
    ...(summary.alarms.length > 0 && { alarms: [...summary.alarms] }),
  };
}
