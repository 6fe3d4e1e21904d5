/** CPU milliseconds that a history may take, as the first prototype of the checker did; with Node 24. */
export interface Target {
  readonly coldMs?: number;
  readonly warmMs: number;
}

/** By revision (A) and by search (B), of simulated histories of 100 clients. */
export const simulatedTargets: readonly {
  readonly operations: number;
  readonly a: Target;
  readonly b: Target;
}[] = [
  { operations: 10_000, a: { coldMs: 47, warmMs: 3.8 }, b: { warmMs: 16 } },
  { operations: 100_000, a: { coldMs: 153, warmMs: 49 }, b: { warmMs: 273 } },
  { operations: 1_000_000, a: { coldMs: 673, warmMs: 510 }, b: { warmMs: 7514 } },
];

/** Of all 102 logs of Jepsen's etcd tests; fewer may take their share. */
const jepsenLogs = { logs: 102, coldMs: 118, warmMs: 31, porcupineMs: { least: 497, most: 558 } };

export function jepsenTarget(logs: number): Target {
  const share = logs / jepsenLogs.logs;
  return { coldMs: share * jepsenLogs.coldMs, warmMs: share * jepsenLogs.warmMs };
}

/** How much CPU this machine takes of what the targets' took, told by Porcupine on the same logs. */
export function machineRatio(porcupineMs: number, logs: number): readonly [number, number] {
  const { least, most } = jepsenLogs.porcupineMs;
  const whole = (porcupineMs * jepsenLogs.logs) / logs;
  return [whole / most, whole / least];
}

/** Recorded histories of a store with append, by file name. */
export const keyValueTargets: Readonly<Record<string, Target>> = {
  'kv/c50-ok.txt': { warmMs: 90 },
  'kv/c50-bad.txt': { warmMs: 28 },
};

/** In the checker's columns. */
export const bytesPerOperation = 110;
