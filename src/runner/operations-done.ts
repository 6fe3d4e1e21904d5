import { exitCode } from '../errors.ts';
import type { LoadCounts } from '../load/load.ts';
import { eventually } from '../wait.ts';

type Counts = Pick<LoadCounts, 'operations' | 'neverSent'>;

const withinMs = 120_000;

/** Waits until the clients have sent so many operations; not in time makes the run inconclusive. */
export async function operationsDone(
  operations: number,
  progress: () => Counts,
  signal: AbortSignal,
): Promise<void> {
  const subject = `${operations} operations (\`--operations\`)`;
  await eventually({ subject, withinMs, code: exitCode.inconclusive, signal }, () =>
    sentOperations(progress()) >= operations ? true : undefined,
  );
}

/** One that found no connection never left, so that no cluster has done it. */
export function sentOperations({ operations, neverSent }: Counts): number {
  return operations - neverSent;
}
