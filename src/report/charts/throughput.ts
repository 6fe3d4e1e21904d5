import { scaleLinear } from 'd3-scale';
import { count, duration } from '../format.ts';
import type { Safe } from '../html.ts';
import type { Activity } from '../model/activity.ts';
import { type Canvas, chart, horizontalLine, stretched } from './frame.ts';
import { stackedTallies, sum, tallyLegend } from './stack.ts';
import { bucketTable } from './table.ts';

const heightPx = 130;
const topPx = 8;

/** All members together: operations per second, by outcome. */
export function throughputChart(canvas: Canvas, { buckets, bucketMs }: Activity): Safe {
  const perSecond = 1000 / bucketMs;
  const most = Math.max(1, ...buckets.map(sum)) * perSecond;
  const scale = scaleLinear([0, most], [heightPx, topPx]).nice(4);
  const ticks = scale.ticks(4);
  const mostPerBucket = (scale.domain()[1] ?? most) / perSecond;
  const plot = stackedTallies(
    buckets,
    bucketMs,
    canvas.axis.durationMs,
    heightPx - topPx,
    mostPerBucket,
  );
  return chart(canvas, {
    id: 'throughput',
    title: 'Throughput',
    unit: `operations per second, in steps of ${duration(bucketMs)}`,
    legend: tallyLegend,
    heightPx,
    gutter: ticks.map((tick) => ({ yPx: Math.min(scale(tick), heightPx - 5), text: count(tick) })),
    plot: [
      ticks.map((tick) => horizontalLine('grid', scale(tick))),
      stretched(topPx, heightPx - topPx, plot),
    ],
    table: bucketTable(
      bucketMs,
      ['ok/s', 'unknown/s', 'failed/s'],
      buckets.map((tally) =>
        [tally.ok, tally.unknown, tally.failed].map((value) => count(value * perSecond)),
      ),
    ),
  });
}
