import { area, curveStepAfter } from 'd3-shape';
import { html, type Safe } from '../html.ts';
import type { Tally } from '../model/activity.ts';
import type { LegendEntry } from './frame.ts';

/** Bottom to top: what went well first, so that trouble sits on top of it. */
const kinds = ['ok', 'unknown', 'failed'] as const;

export const tallyLegend: readonly LegendEntry[] = [
  { mark: 'ok', label: 'ok' },
  { mark: 'unknown', label: 'outcome unknown' },
  { mark: 'failed', label: 'failed' },
];

/** Stacked steps of a row of tallies, in a box 1000 wide. */
export function stackedTallies(
  tallies: readonly Tally[],
  bucketMs: number,
  durationMs: number,
  heightPx: number,
  most: number,
): Safe {
  const y = (value: number): number => heightPx * (1 - value / most);
  const bases = tallies.map(() => 0);
  const layers = kinds.map((kind) => {
    const tops = tallies.map((tally, index) => (bases[index] ?? 0) + tally[kind]);
    const path = steps(bases.map(y), tops.map(y), bucketMs, durationMs);
    for (const [index, top] of tops.entries()) bases[index] = top;
    const isEmpty = tallies.every((tally) => tally[kind] === 0);
    return isEmpty ? null : html`<path class="${kind}" d="${path}" />`;
  });
  return html`${layers}`;
}

/** The area between two rows of values that hold for a bucket each. */
export function steps(
  bottoms: readonly number[],
  tops: readonly number[],
  bucketMs: number,
  durationMs: number,
): string {
  const x = (index: number): number => (Math.min(index * bucketMs, durationMs) / durationMs) * 1000;
  const points = [...tops.keys(), tops.length];
  const path = area<number>()
    .digits(1)
    .curve(curveStepAfter)
    .x(x)
    .y0((index) => held(bottoms, index))
    .y1((index) => held(tops, index));
  return path(points) ?? '';
}

/** The last value holds up to the end of its bucket. */
function held(values: readonly number[], index: number): number {
  return values[Math.min(index, values.length - 1)] ?? 0;
}

export function sum({ ok, unknown, failed }: Tally): number {
  return ok + unknown + failed;
}
