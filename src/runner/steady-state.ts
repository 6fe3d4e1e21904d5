import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { DrillError, exitCode } from '../errors.ts';

/** What the load has done so far, as far as the steady state needs it. */
export interface Progress {
  readonly acknowledgedWrites: number;
}

/**
 * Proves that the cluster is well before anything is broken: one leader, no term change and
 * acknowledged writes in every second for `steadyMs`. A cluster that is not makes the run inconclusive:
 * what it would do afterwards says nothing about the fault.
 */
export async function proveSteadyState(
  cluster: Cluster,
  progress: () => Progress,
  steadyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const start = cluster.view();
  if (start.leader === null) throw unsteady('no leader is named by a majority');
  let { acknowledgedWrites } = progress();
  for (let passedMs = 0; passedMs < steadyMs; passedMs += 1000) {
    await pause(1000, undefined, { signal });
    const view = cluster.view();
    if (view.leader !== start.leader || view.term !== start.term) {
      throw unsteady(
        `the leader changed from ${start.leader} (term ${start.term}) to ${view.leader ?? 'none'} (term ${view.term})`,
      );
    }
    const now = progress().acknowledgedWrites;
    if (now === acknowledgedWrites) throw unsteady('no write was acknowledged for a second');
    acknowledgedWrites = now;
  }
}

function unsteady(why: string): DrillError {
  return new DrillError(
    `The cluster was not in a steady state before the fault (${why}), so nothing was injected. ` +
      'Is the machine overloaded? Compare `drill doctor`.',
    exitCode.inconclusive,
  );
}
