import { exitCode } from '../errors.ts';
import { eventually } from '../wait.ts';
import { type Member, didNotStart } from './member.ts';
import type { Observer } from './observer.ts';

const withinMs = 30_000;

/**
 * Waits until every member knows one and the same leader. A member that ends, or that never answers,
 * is the error, with its log.
 */
export async function awaitFirstLeader(
  members: readonly Member[],
  observer: Observer,
  signal: AbortSignal,
): Promise<void> {
  const wait = { subject: 'A first leader', withinMs, code: exitCode.couldNotRun, signal };
  try {
    await eventually(wait, () => {
      const ended = members.find((member) => member.state === 'exited');
      if (ended) throw didNotStart(ended);
      const { leader } = observer.majority();
      const known = members.every((member) => observer.view(member.name).leader === leader);
      return leader !== null && known ? true : undefined;
    });
  } catch (error) {
    const silent = members.find(
      (member) => member.state === 'running' && !observer.view(member.name).reachable,
    );
    throw silent && !signal.aborted ? didNotStart(silent) : error;
  }
}
