import type { Member } from '../cluster/member.ts';
import { patientMs } from '../etcd/admin.ts';
import type { Stage } from '../runner/stage.ts';

/**
 * Defragments every member, one at a time, the leader last: a member that defragments keeps its
 * clients waiting. What it took and gave back is kept as `defragmented` observations.
 */
export async function defragmentInTurn({
  cluster,
  load,
  step,
  observe,
  nowMs,
}: Pick<Stage, 'cluster' | 'load' | 'step' | 'observe' | 'nowMs'>): Promise<void> {
  const leader = await cluster.leader();
  for (const member of [...cluster.except(leader), leader]) {
    await step(`defragment ${member.name}`, async () => {
      const beforeBytes = await sizeOf(member);
      const startedMs = nowMs();
      await member.admin.defragment();
      const durationMs = nowMs() - startedMs;
      const afterBytes = await sizeOf(member);
      observe('defragmented', { startedMs, durationMs, beforeBytes, afterBytes }, member);
    });
    // Whoever waited here is answered before the next one begins.
    await load.run('500ms');
  }
}

/** Of the database file. */
async function sizeOf({ admin }: Member): Promise<number> {
  return (await admin.status(patientMs)).dbSizeBytes;
}
