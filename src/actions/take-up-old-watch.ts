import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '../cluster/member.ts';
import { exitCode } from '../errors.ts';
import { patientMs } from '../etcd/admin.ts';
import type { Stage, StageWatch } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

/** As long as a client is given an answer to wait for, and etcd writes to be silent about. */
const looksMs = 1000;
const writesWithinMs = 10_000;
const toldWithinMs = 10_000;

/** With a bumped revision it is told that its revisions are gone, without one nothing. */
type OldWatch = 'told' | 'silent';

/**
 * Takes up a watch where a client of the old cluster had got to, after a restore, as every client
 * library does by itself once it is connected again, and observes what it is told (`old-watch`). One
 * that is to be told is given time for it: etcd looks through such watches beside everything else.
 */
export async function takeUpOldWatch(
  { watch, observe, load, step }: Pick<Stage, 'watch' | 'observe' | 'load' | 'step'>,
  member: Member,
  { seenRevision, expected }: { readonly seenRevision: number; readonly expected: OldWatch },
): Promise<void> {
  const startRevision = seenRevision + 1;
  await step(`take up a watch of the old cluster, from revision ${startRevision} on`, async () => {
    using old = watch(member, { key: '\0', end: '\0', startRevision });
    const before = await member.admin.status(patientMs);
    await load.run(looksMs);
    const subject = `A write after revision ${before.revision}`;
    const after = await eventually(
      { subject, withinMs: writesWithinMs, code: exitCode.inconclusive },
      async () => {
        const now = await member.admin.status();
        return now.revision > before.revision ? now : undefined;
      },
    );
    if (expected === 'told') await endOf(old);
    observe(
      'old-watch',
      {
        startRevision,
        fromRevision: before.revision,
        toRevision: after.revision,
        seenRevision: old.seenRevision(),
        endedBy: old.endedBy() ?? '',
      },
      member,
    );
  });
}

/** Returns, too, where it does not end: what that means is for the assertion to say. */
async function endOf(old: StageWatch): Promise<void> {
  const deadline = performance.now() + toldWithinMs;
  while (old.endedBy() === undefined && performance.now() < deadline) await pause(50);
}
