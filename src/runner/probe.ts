import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '../cluster/member.ts';
import type { Operation, Request } from '../history/operation.ts';

/** Keys that probes write, apart from the load's. */
export const probePrefix = 'drill/probe/';

/** Client ids of probes: above every id the load can reach. */
let nextProbeClient = 1_000_000;

const everyMs = 500;
const deadlineMs = 3000;

/**
 * Asks each of `members`, again and again until disposed, for what a member cut off from the
 * majority must refuse (a put, a linearizable read) and for what it must still answer (a
 * serializable read). Every attempt is an operation of the history.
 */
export function startProbe(
  members: readonly Member[],
  nowMs: () => number,
  record: (operation: Operation) => void,
): AsyncDisposable {
  const stopping = new AbortController();
  const attempt = async (member: Member, request: Request): Promise<void> => {
    // A process id of its own for each, so that an unknown outcome never has a successor.
    const client = nextProbeClient++;
    const invokedMs = nowMs();
    const outcome = await member.client.perform(request, { deadlineMs });
    record({ client, member: member.name, invokedMs, returnedMs: nowMs(), request, outcome });
  };
  const loop = async (member: Member, request: (round: number) => Request): Promise<void> => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      await attempt(member, request(round));
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined); // stopped
    }
  };
  const loops = members.flatMap((member) => {
    const key = `${probePrefix}${member.name}`;
    return [
      loop(member, (round) => ({ kind: 'put', key, value: `${key}#${nextProbeClient}.${round}` })),
      loop(member, () => ({ kind: 'range', key })),
      loop(member, () => ({ kind: 'range', key, serializable: true })),
    ];
  });
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
