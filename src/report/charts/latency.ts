import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { duration } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { Activity } from '../model/activity.ts';
import { type Canvas, chart, horizontalLine, stretched } from './frame.ts';
import { bucketTable } from './table.ts';

const heightPx = 130;
const topPx = 8;

/** p50 and p99 of operations that ended ok, on a logarithmic scale; gaps where none did. */
export function latencyChart(canvas: Canvas, activity: Activity): Safe | null {
  const { latencyBuckets, bucketMs } = activity;
  const points = latencyBuckets.filter((point) => point !== null);
  if (points.length === 0) return null;
  const lowest = Math.min(...points.map((point) => point.p50Ms));
  const highest = Math.max(...points.map((point) => point.p99Ms));
  const domain = [decade(Math.floor, lowest), decade(Math.ceil, highest * 1.01)];
  const scale = scaleLog(domain, [heightPx - 6, topPx]);
  const ticks = powersOfTen(domain);
  const x = (index: number): number => (((index + 0.5) * bucketMs) / canvas.axis.durationMs) * 1000;
  const path = (of: 'p50Ms' | 'p99Ms'): string =>
    line<number>()
      .digits(1)
      .defined((index) => Boolean(latencyBuckets[index]))
      .x(x)
      .y((index) => scale(latencyBuckets[index]?.[of] ?? 1))([...latencyBuckets.keys()]) ?? '';
  return chart(canvas, {
    id: 'latency',
    title: 'Latency',
    unit: 'of operations that ended ok, logarithmic scale',
    legend: [
      { mark: 'p50', label: 'p50' },
      { mark: 'p99', label: 'p99' },
    ],
    heightPx,
    gutter: ticks.map((tick) => ({ yPx: scale(tick), text: tickLabel(tick) })),
    plot: [
      ticks.map((tick) => horizontalLine('grid', scale(tick))),
      stretched(
        0,
        heightPx,
        html`<path class="line p99" d="${path('p99Ms')}" /><path
            class="line p50"
            d="${path('p50Ms')}"
          />`,
      ),
    ],
    table: bucketTable(
      bucketMs,
      ['p50', 'p99', 'slowest', 'operations'],
      latencyBuckets.map(
        (point) =>
          point && [
            duration(point.p50Ms),
            duration(point.p99Ms),
            duration(point.maxMs),
            point.count,
          ],
      ),
    ),
  });
}

function decade(round: (value: number) => number, value: number): number {
  return 10 ** round(Math.log10(Math.max(value, 0.01)));
}

function powersOfTen([low = 1, high = 1]: readonly number[]): number[] {
  const first = Math.round(Math.log10(low));
  const decades = Math.round(Math.log10(high)) - first + 1;
  return Array.from({ length: decades }, (_, index) => 10 ** (first + index));
}

/** Powers of ten need no decimals: `1 s`, not `1.00 s`. */
function tickLabel(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${Number(ms.toFixed(2))} ms`;
}
