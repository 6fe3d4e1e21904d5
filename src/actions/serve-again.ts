import type { Member } from '../cluster/member.ts';
import { exitCode } from '../errors.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';

const withinMs = 30_000;
const everyMs = 20;
/** No value is written twice. */
let written = 0;

/** Waits until a member acknowledges a write; none in time is a violation. */
export async function firstWrite({ client }: Pick<Stage, 'client'>, member: Member): Promise<void> {
  const through = client(member);
  const wait = { subject: `A write through ${member.name}`, withinMs, everyMs };
  await eventually({ ...wait, code: exitCode.violated }, async () => {
    const key = 'drill/first-write';
    const value = `${key}#${member.name}.${written++}`;
    const { status } = await through.perform({ kind: 'put', key, value });
    return status === 'ok' ? true : undefined;
  });
}

/** Waits until every member is healthy and all have the same data; not in time is a violation. */
export async function fullHealth({ cluster }: Pick<Stage, 'cluster'>): Promise<void> {
  const subject = 'The health of every member';
  await eventually({ subject, withinMs, code: exitCode.violated }, async () => {
    const healths = await Promise.all(cluster.members.map((member) => member.health()));
    const ill = healths.findIndex(({ healthy }) => !healthy);
    if (ill < 0) return true;
    throw new Error(`${cluster.members[ill]?.name} says ${healths[ill]?.reason ?? 'nothing'}`);
  });
  await cluster.converges({ within: withinMs });
}
