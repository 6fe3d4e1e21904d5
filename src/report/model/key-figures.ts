import type { Measurement, Verdict } from '../../verdict.ts';
import type { Activity } from './activity.ts';
import type { FaultBand } from './faults.ts';

/** One of the few numbers that matter, with the bound it was held against where there is one. */
export interface KeyFigure {
  readonly label: string;
  readonly value: number;
  readonly unit: Measurement['unit'];
  readonly bound?: number;
  readonly missedBound: boolean;
}

/** Names of the measurements every reader looks for first, in their order. Their bounds are upper. */
const first = [
  'election.time',
  'rto.full-service',
  'rto.cluster',
  'rto.cluster.after-heal',
  'rpo.writes',
];
const most = 6;

/** At most six figures: election time, RTO and RPO first, then the fault and what clients saw. */
export function keyFigures(
  verdicts: readonly Verdict[],
  activity: Activity,
  faults: readonly FaultBand[],
): KeyFigure[] {
  const measured = verdicts.flatMap((verdict) => verdict.measurements);
  const sought = first.flatMap((name) => measured.find((figure) => figure.name === name) ?? []);
  return [
    ...sought.map(fromMeasurement),
    ...longestFault(faults),
    ...seenByClients(activity),
  ].slice(0, most);
}

function fromMeasurement({ label, value, unit, bound }: Measurement): KeyFigure {
  if (bound === undefined) return { label, value, unit, missedBound: false };
  return { label, value, unit, bound, missedBound: value > bound };
}

function longestFault(faults: readonly FaultBand[]): KeyFigure[] {
  if (faults.length === 0) return [];
  const value = Math.max(...faults.map((fault) => fault.endMs - fault.startMs));
  return [{ label: 'Fault lasted', value, unit: 'ms', missedBound: false }];
}

function seenByClients({ longestWriteGap, acknowledgedWrites }: Activity): KeyFigure[] {
  const writes: KeyFigure = {
    label: 'Acknowledged writes',
    value: acknowledgedWrites,
    unit: 'count',
    missedBound: false,
  };
  if (longestWriteGap === null) return [writes];
  const value = longestWriteGap.endMs - longestWriteGap.startMs;
  return [{ label: 'Longest write gap', value, unit: 'ms', missedBound: false }, writes];
}
