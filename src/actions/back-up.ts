import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { acknowledged } from '../backup/acknowledged.ts';
import { MemberLags, takeBackup } from '../backup/take-backup.ts';
import { writeStream } from '../backup/write-stream.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { liveKeys } from '../snapshot/revisions.ts';
import { openSnapshotFile } from '../snapshot/snapshot-file.ts';

/** How a backup of one member ended; a refusal is what a member that lags deserves. */
export type BackedUp =
  | { readonly kind: 'taken'; readonly revision: number }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** It does not have all that was acknowledged; else what it sent was no good snapshot. */
      readonly lags: boolean;
    };

/**
 * Takes a backup of one member into the run's folder and keeps what it holds for
 * `backupsComplete()`. With `verify` off it is what `etcdctl snapshot save` makes: whatever the
 * member has, unasked.
 */
export async function backUp(
  { cluster, folder, nowMs, observe }: Pick<Stage, 'cluster' | 'folder' | 'nowMs' | 'observe'>,
  member: Member,
  { verify }: { readonly verify: boolean },
): Promise<BackedUp> {
  const to = join(folder, 'backups');
  await mkdir(to, { recursive: true });
  const beganMs = nowMs();
  try {
    const path = verify
      ? await proved(cluster.members, member, to)
      : await unasked(member, join(to, `unverified-${member.name}-${Math.round(beganMs)}.db`));
    const { revision } = await openSnapshot(path);
    observe('backup', { beganMs, revision, contents: contentsOf(path) }, member);
    return { kind: 'taken', revision };
  } catch (error) {
    if (!(error instanceof DrillError) || error.code !== exitCode.violated) throw error;
    observe('backup-refused', { beganMs, reason: error.message }, member);
    return { kind: 'refused', reason: error.message, lags: error instanceof MemberLags };
  }
}

/** `backUp` of a member that nothing is wrong with: that it is refused breaks a promise of etcd. */
export async function backUpHealthy(
  stage: Parameters<typeof backUp>[0],
  member: Member,
  options: { readonly verify: boolean },
): Promise<void> {
  const end = await backUp(stage, member, options);
  if (end.kind === 'taken') return;
  throw new DrillError(
    `${member.name} is not cut off, and yet gave no backup: ${end.reason}`,
    exitCode.violated,
  );
}

async function proved(members: readonly Member[], member: Member, folder: string): Promise<string> {
  const known = await acknowledged(members.map(({ client }) => client));
  const now = (): Date => new Date();
  const { path } = await takeBackup({ source: member.client, known, folder, now });
  return path;
}

async function unasked(member: Member, path: string): Promise<string> {
  await writeStream(member.client, path);
  return path;
}

/** Key, value and revision of every live key, as JSON. */
function contentsOf(path: string): string {
  using file = openSnapshotFile(path);
  const rows = Array.from(liveKeys(file), ({ key, value, modRevision }) => [
    key.toString(),
    value.toString(),
    modRevision,
  ]);
  return JSON.stringify(rows);
}
