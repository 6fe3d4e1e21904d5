import type { Cluster } from '../cluster/cluster.ts';
import type { Fault } from '../faults/fault.ts';

/** Injects faults one after another. Disposing of what is returned heals them, the last one first. */
export async function injectAll(
  cluster: Pick<Cluster, 'inject'>,
  faults: readonly Fault[],
): Promise<AsyncDisposable> {
  await using injected = new AsyncDisposableStack();
  for (const fault of faults) injected.use(await cluster.inject(fault));
  return injected.move();
}
