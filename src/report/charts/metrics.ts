import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { duration, quantity } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { MetricSeries } from '../model/metrics.ts';
import { type Canvas, chart, horizontalLine, stretched } from './frame.ts';
import { bucketTable } from './table.ts';

const heightPx = 90;
const topPx = 8;

/** One metric of the members' own, a line per member. */
export function metricChart(canvas: Canvas, series: MetricSeries): Safe {
  const { name, label, unit, bucketMs, members } = series;
  const all = members.flatMap(({ values }) => values.filter((value) => value !== null));
  const step = unit === 'bytes' ? binaryUnit(Math.max(...all)) : 1;
  const inSteps = scaleLinear(
    [Math.min(0, ...all) / step, Math.max(1, ...all) / step],
    [heightPx - 4, topPx],
  ).nice(3);
  const scale = (value: number): number => inSteps(value / step);
  const ticks = inSteps.ticks(3).map((tick) => tick * step);
  const x = (index: number): number => (((index + 0.5) * bucketMs) / canvas.axis.durationMs) * 1000;
  const path = (values: readonly (number | null)[]): string => {
    const points = [...values.entries()].filter(([, value]) => value !== null);
    return (
      line<(typeof points)[number]>()
        .digits(1)
        .x(([index]) => x(index))
        .y(([, value]) => scale(value ?? 0))(points) ?? ''
    );
  };
  const rows = Math.max(0, ...members.map(({ values }) => values.length));
  return chart(canvas, {
    id: `metric-${name}`,
    title: label,
    unit: name,
    legend: members.map(({ member }, index) => ({ mark: `series-${index % 9}`, label: member })),
    heightPx,
    gutter: ticks.map((tick) => ({ yPx: scale(tick), text: quantity(tick, unit) })),
    plot: [
      ticks.map((tick) => horizontalLine('grid', scale(tick))),
      stretched(
        0,
        heightPx,
        members.map(
          ({ values }, index) =>
            html`<path class="line series-${index % 9}" d="${path(values)}" />`,
        ),
      ),
    ],
    table: html`<p>last value in ${duration(bucketMs)}</p>
      ${bucketTable(
        bucketMs,
        members.map(({ member }) => member),
        Array.from({ length: rows }, (_, index) => {
          const cells = members.map(({ values }) => values[index] ?? null);
          const isEmpty = cells.every((cell) => cell === null);
          return isEmpty ? null : cells.map((cell) => (cell === null ? '' : quantity(cell, unit)));
        }),
      )}`,
  });
}

/** Ticks are round in KiB or MiB, not in bytes. */
function binaryUnit(largest: number): number {
  return 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, largest)) / 10));
}
