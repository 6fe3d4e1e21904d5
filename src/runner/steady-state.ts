import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.ts';
import { DrillError, exitCode } from '../errors.ts';

/** What the load has done so far, as far as the steady state needs it. */
export interface Progress {
  readonly acknowledgedWrites: number;
}

export interface SteadyState {
  readonly progress: () => Progress;
  /** How long it must last. */
  readonly steadyMs: number;
  readonly signal: AbortSignal;
  /** Told why it is waited for anew. */
  readonly warn: (message: string) => void;
}

/** A machine that stalls for a moment costs a healthy cluster a second, and this waits for the next. */
const againWithinMs = 15_000;

const leaderless = 'no leader is named by a majority';

/**
 * Proves that the cluster is well before anything is broken: one leader, no term change and
 * acknowledged writes in every second for `steadyMs` in a row. It is begun anew for 15 s; a cluster
 * that is not well by then, or has no leader twice in a row, makes the run inconclusive: what it would
 * do afterwards says nothing about the fault.
 */
export async function proveSteadyState(
  cluster: Pick<Cluster, 'view'>,
  steady: SteadyState,
): Promise<void> {
  const deadline = performance.now() + againWithinMs;
  let before: string | undefined;
  for (;;) {
    const why = await unsteadyBecause(cluster, steady);
    if (why === undefined) return;
    const withoutLeader = why === leaderless && before === leaderless;
    if (withoutLeader || performance.now() >= deadline) throw unsteady(why);
    before = why;
    steady.warn(`the cluster was not in a steady state yet (${why}), and is given time for it`);
  }
}

/** Undefined where it was steady for its time. */
async function unsteadyBecause(
  cluster: Pick<Cluster, 'view'>,
  { progress, steadyMs, signal }: SteadyState,
): Promise<string | undefined> {
  const start = cluster.view();
  let { acknowledgedWrites } = progress();
  for (let passedMs = 0; passedMs < steadyMs; passedMs += 1000) {
    await pause(1000, undefined, { signal });
    if (start.leader === null) return leaderless;
    const view = cluster.view();
    if (view.leader !== start.leader || view.term !== start.term)
      return `the leader changed from ${start.leader} (term ${start.term}) to ${view.leader ?? 'none'} (term ${view.term})`;
    const now = progress().acknowledgedWrites;
    if (now === acknowledgedWrites) return 'no write was acknowledged for a second';
    acknowledgedWrites = now;
  }
  return undefined;
}

function unsteady(why: string): DrillError {
  return new DrillError(
    `The cluster was not in a steady state before the fault (${why}), so nothing was injected. ` +
      'Is the machine overloaded? Compare `drill doctor`.',
    exitCode.inconclusive,
  );
}
