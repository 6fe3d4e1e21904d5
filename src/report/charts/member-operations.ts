import { count, duration } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { Activity } from '../model/activity.ts';
import { type Canvas, chart, horizontalLine, stretched } from './frame.ts';
import { stackedTallies, sum, tallyLegend } from './stack.ts';
import { bucketTable } from './table.ts';

const barPx = 30;
const lanePx = 38;

/** A lane per member: what the clients at its endpoint saw. All lanes have the same scale. */
export function memberOperationsChart(
  canvas: Canvas,
  { members, bucketMs }: Activity,
): Safe | null {
  if (members.length === 0) return null;
  const most = Math.max(1, ...members.flatMap(({ buckets }) => buckets.map(sum)));
  const { durationMs } = canvas.axis;
  const bottom = (lane: number): number => (lane + 1) * lanePx - 2;
  const rows = members[0]?.buckets ?? [];
  return chart(canvas, {
    id: 'member-operations',
    title: 'Operations per member',
    unit: `by endpoint; a full lane is ${count((most * 1000) / bucketMs)} per second`,
    legend: tallyLegend,
    heightPx: members.length * lanePx,
    gutter: members.map(({ member }, lane) => ({ yPx: bottom(lane) - barPx / 2, text: member })),
    plot: members.map(
      ({ buckets }, lane) =>
        html`${stretched(bottom(lane) - barPx, barPx, stackedTallies(buckets, bucketMs, durationMs, barPx, most))}${horizontalLine('baseline', bottom(lane))}`,
    ),
    table: html`<p>ok / unknown / failed in ${duration(bucketMs)}</p>
      ${bucketTable(
        bucketMs,
        members.map(({ member }) => member),
        rows.map((_, index) =>
          members.map(({ buckets }) => {
            const { ok = 0, unknown = 0, failed = 0 } = buckets[index] ?? {};
            return `${ok} / ${unknown} / ${failed}`;
          }),
        ),
      )}`,
  });
}
