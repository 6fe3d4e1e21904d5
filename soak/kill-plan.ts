/** Moments of a fault's life, each from its own line in the journal to the next one's. */
export const moments = ['inject', 'prove', 'hold', 'heal'] as const;
export type Moment = (typeof moments)[number];

/** One run to be killed: while this fault is in this moment of its life. */
export interface PlannedKill {
  readonly number: number;
  readonly fault: string;
  readonly moment: Moment;
}

/**
 * Spreads `count` kills evenly over faults and moments. Each round takes every fault once, a moment
 * later than the round before; fewer kills than faults take faults all over the list.
 */
export function planKills(count: number, faults: readonly string[]): PlannedKill[] {
  const stride = Math.max(1, faults.length / count);
  return Array.from({ length: count }, (_, number) => {
    const round = Math.floor(number / faults.length);
    const fault = faults[Math.floor((number % faults.length) * stride)];
    const moment = moments[((number % faults.length) + round) % moments.length];
    if (fault === undefined || moment === undefined)
      throw new Error('There is no fault whose runner could be killed.');
    return { number, fault, moment };
  });
}
