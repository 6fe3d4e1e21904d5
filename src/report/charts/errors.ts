import { cutText } from '../cut.ts';
import { count, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { Activity } from '../model/activity.ts';
import type { ErrorGroup } from '../model/error-groups.ts';
import { type Canvas, chart, horizontalLine, stretched } from './frame.ts';
import { steps } from './stack.ts';

const lanePx = 40;
const barPx = 20;
const mostLanes = 6;
const mostCharacters = 300;

/** A lane per message, most frequent first; each lane has its own scale, for rare ones matter too. */
export function errorsChart(canvas: Canvas, { errors, bucketMs }: Activity): Safe | null {
  if (errors.length === 0) return null;
  const shown = errors.slice(0, mostLanes);
  const cut = errors.length - shown.length;
  const bottom = (lane: number): number => (lane + 1) * lanePx - 2;
  return chart(canvas, {
    id: 'errors',
    title: 'Errors',
    unit: cut > 0 ? `the ${mostLanes} most frequent of ${errors.length} messages` : 'by message',
    legend: [
      { mark: 'unknown', label: 'outcome unknown' },
      { mark: 'failed', label: 'failed' },
    ],
    heightPx: shown.length * lanePx,
    gutter: shown.map((group, lane) => ({ yPx: bottom(lane) - 7, text: `${count(group.count)}×` })),
    plot: shown.map((group, lane) => {
      const most = Math.max(...group.buckets);
      const tops = group.buckets.map((value) => barPx * (1 - value / most));
      const path = steps(
        tops.map(() => barPx),
        tops,
        bucketMs,
        canvas.axis.durationMs,
      );
      const name = group.status === 'unknown' ? 'unknown' : 'failed';
      return html`${stretched(bottom(lane) - barPx, barPx, html`<path class="${name}" d="${path}" />`)}${horizontalLine('baseline', bottom(lane))}<text
          class="lane-label"
          x="2"
          y="${bottom(lane) - barPx - 5}"
          >${cutText(group.message, 120)}</text
        >`;
    }),
    table: errorTable(errors),
  });
}

function errorTable(errors: readonly ErrorGroup[]): Safe {
  return html`<table class="spans">
    <thead>
      <tr>
        <th scope="col">Message</th>
        <th scope="col">Outcome</th>
        <th scope="col">Count</th>
        <th scope="col">Code</th>
        <th scope="col">Members</th>
        <th scope="col">First</th>
        <th scope="col">Last</th>
      </tr>
    </thead>
    <tbody>
      ${errors.map(
        ({ count: times, status, code, message, members, firstMs, lastMs }) =>
          html`<tr data-t="${firstMs}" data-end="${lastMs}">
            <td><span class="long">${cutText(message, mostCharacters)}</span></td>
            <td>${status}</td>
            <td>${count(times)}</td>
            <td>${code}</td>
            <td>${members.join(', ')}</td>
            <td>${moment(firstMs)}</td>
            <td>${moment(lastMs)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
