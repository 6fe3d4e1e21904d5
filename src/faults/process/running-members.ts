import type { Member } from '../../cluster/member.ts';
import { DrillError } from '../../errors.ts';

/** Names for a title: `m1, m2`. */
export const namesOf = (members: readonly Member[]): string =>
  members.map(({ name }) => name).join(', ');

/** Refuses to act on nobody, and on a member whose process is not there to be acted on. */
export function refuseUnlessRunning(fault: string, members: readonly Member[]): void {
  if (members.length === 0) {
    throw new DrillError(`${fault} needs a member to act on, but got none: name one.`);
  }
  const idle = members.find(({ state }) => state !== 'running');
  if (idle === undefined) return;
  throw new DrillError(
    `${fault} needs a running etcd, but ${idle.name} is ${idle.state}: start it first, or choose another member.`,
  );
}
