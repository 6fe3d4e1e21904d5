import { moment } from '../format.ts';
import { html, type Part, type Safe } from '../html.ts';

/** The table of a bucketed chart: a row per bucket. The crosshair reads its rows by `data-t`. */
export function bucketTable(
  bucketMs: number,
  headings: readonly string[],
  rows: readonly (readonly Part[] | null)[],
): Safe {
  const shown = rows.map((cells, index) => {
    if (cells === null) return null;
    const t = index * bucketMs;
    return html`<tr data-t="${t}">
      <th scope="row">${moment(t)}</th>
      ${cells.map((cell) => html`<td>${cell}</td>`)}
    </tr> `;
  });
  return html`<table class="numbers" data-bucket="${bucketMs}">
    <thead>
      <tr>
        <th scope="col">From</th>
        ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${shown}
    </tbody>
  </table>`;
}

export interface SpanRow {
  readonly startMs: number;
  readonly endMs: number;
  readonly cells: readonly string[];
}

/** The table of a chart of stretches of time: a row per stretch. */
export function spanTable(headings: readonly string[], rows: readonly SpanRow[]): Safe {
  return html`<table class="spans">
    <thead>
      <tr>
        ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        <th scope="col">From</th>
        <th scope="col">To</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ startMs, endMs, cells }) =>
          html`<tr data-t="${startMs}" data-end="${endMs}">
            ${cells.map((cell) => html`<td>${cell}</td>`)}
            <td>${moment(startMs)}</td>
            <td>${moment(endMs)}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}
