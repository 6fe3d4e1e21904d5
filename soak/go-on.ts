import type { SoakResult } from './table.ts';

/** One run of a soak, before it is done. */
export type SoakRun = Pick<SoakResult, 'drill' | 'etcd' | 'seed'>;

/** How runs are done and kept. */
interface Soaking {
  soakOnce(run: SoakRun): Promise<SoakResult>;
  /** Writes down for the next soak what came to an end of its own. */
  keep(result: SoakResult): void;
  /** Ctrl-C was pressed: a run under way was pressed too, so whatever it ends with says nothing. */
  stopped(): boolean;
}

/**
 * Does what of the plan is not done yet, one run after the other, and resolves with all results by
 * `keyOf`. A run that could not run is a result of this soak, and run again by the next.
 */
export async function goOn(
  planned: readonly SoakRun[],
  before: readonly SoakResult[],
  { soakOnce, keep, stopped }: Soaking,
): Promise<ReadonlyMap<string, SoakResult>> {
  const done = new Map(before.filter(cameToAnEnd).map((result) => [keyOf(result), result]));
  for (const run of planned) {
    if (stopped()) break;
    if (done.has(keyOf(run))) continue;
    const result = await soakOnce(run);
    if (stopped() || result.outcome === 'interrupted') continue;
    done.set(keyOf(run), result);
    if (cameToAnEnd(result)) keep(result);
  }
  return done;
}

/** Whether every planned run was done and held, with as many operations as were asked for. */
export function passed(
  planned: readonly SoakRun[],
  done: ReadonlyMap<string, SoakResult>,
  operations: number,
): boolean {
  return planned.every((run) => {
    const result = done.get(keyOf(run));
    return result?.outcome === 'held' && result.operations >= operations;
  });
}

function keyOf({ drill, etcd, seed }: SoakRun): string {
  return `${drill} ${etcd} ${seed}`;
}

function cameToAnEnd({ outcome }: SoakResult): boolean {
  return outcome !== 'interrupted' && outcome !== 'error' && outcome !== 'died';
}
