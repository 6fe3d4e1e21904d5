import { exitCode } from '../errors.ts';
import { patientMs } from '../etcd/admin.ts';
import type { Member } from '../cluster/member.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

const freedWithinMs = 30_000;

/**
 * Compacts to the revision of now and waits until every member uses less than half of what it used:
 * etcd answers first and frees the space within its file afterwards. Members of 3.3 do not tell how
 * much they use and are not waited for. Returns the revision.
 */
export async function compactNow(
  { cluster, client }: Pick<Stage, 'cluster' | 'client'>,
  { key }: { readonly key: string },
): Promise<number> {
  const leader = await cluster.leader();
  const before = await Promise.all(cluster.members.map((member) => inUse(member, patientMs)));
  const { revision } = await client(leader).must({ kind: 'range', key });
  await client(leader).must({ kind: 'compact', revision });
  const subject = 'The space of compacted versions, free within every database,';
  const wait = { subject, withinMs: freedWithinMs, code: exitCode.inconclusive };
  await eventually(wait, async () => {
    const now = await Promise.all(cluster.members.map((member) => inUse(member)));
    return now.every((bytes, index) => bytes <= (before[index] ?? 0) / 2) ? true : undefined;
  });
  return revision;
}

async function inUse({ admin }: Member, deadlineMs?: number): Promise<number> {
  return (await admin.status(deadlineMs)).dbSizeInUseBytes ?? 0;
}
