/** etcd's two time parameters, in milliseconds. */
export interface Timeouts {
  readonly heartbeatMs: number;
  readonly electionMs: number;
}

/** etcd's own, which fit a round trip of 5 ms and less as they do one of 100 ms. */
const usual: Timeouts = { heartbeatMs: 100, electionMs: 1000 };

/**
 * What etcd's guide advises for members at most `rttMs` apart: a heartbeat of about the round trip
 * (0.5 to 1.5 of it) and an election timeout of at least 10 round trips; never less than the defaults,
 * which leave room for slow disks. https://etcd.io/docs/latest/tuning/#time-parameters
 */
export function timeoutsFor(rttMs: number): Timeouts {
  const heartbeatMs = Math.max(usual.heartbeatMs, Math.ceil(rttMs / 10) * 10);
  return { heartbeatMs, electionMs: Math.max(usual.electionMs, 10 * heartbeatMs) };
}

/** Whether timeouts keep the advice: a shorter heartbeat or election timeout does not. */
export const fits = ({ heartbeatMs, electionMs }: Timeouts, rttMs: number): boolean =>
  heartbeatMs >= 0.5 * rttMs && electionMs >= 10 * rttMs;
