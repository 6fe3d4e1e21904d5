import type { Member } from '../cluster/member.ts';
import { exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

/** Longer than an election and the writes that are held up by it. */
const behindWithinMs = 15_000;

/**
 * Waits until others have what a member that is cut off lacks. Time alone does not see to that: where
 * it led when it was cut off, unknown to anyone, nobody writes until another is elected. Not in time
 * ends the run inconclusive.
 */
export async function fallBehind(
  { cluster }: Pick<Stage, 'cluster'>,
  member: Member,
): Promise<void> {
  const wait = {
    subject: `A write that ${member.name}, which is cut off, lacks`,
    withinMs: behindWithinMs,
    code: exitCode.inconclusive,
  };
  await eventually(wait, async () => {
    const [own, ...others] = await Promise.all(
      [member, ...cluster.except(member)].map((each) => each.admin.status()),
    );
    const mark = own?.revision ?? Infinity;
    return others.some(({ revision }) => revision > mark) ? true : undefined;
  });
}
