import type { Member } from '../cluster/member.ts';
import { exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

/** As long as a client is given an answer to wait for, and etcd writes to be silent about. */
const looksMs = 1000;
const writesWithinMs = 10_000;

/**
 * Takes up a watch where a client of the old cluster had got to, after a restore, as every client
 * library does by itself once it is connected again, and observes what it is told (`old-watch`).
 */
export async function takeUpOldWatch(
  { watch, observe, load, step }: Pick<Stage, 'watch' | 'observe' | 'load' | 'step'>,
  member: Member,
  seenRevision: number,
): Promise<void> {
  const startRevision = seenRevision + 1;
  await step(`take up a watch of the old cluster, from revision ${startRevision} on`, async () => {
    using old = watch(member, { key: '\0', end: '\0', startRevision });
    const before = await member.admin.status();
    await load.run(looksMs);
    const subject = `A write after revision ${before.revision}`;
    const after = await eventually(
      { subject, withinMs: writesWithinMs, code: exitCode.inconclusive },
      async () => {
        const now = await member.admin.status();
        return now.revision > before.revision ? now : undefined;
      },
    );
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
