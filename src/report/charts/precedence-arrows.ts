import { html, type Safe } from '../html.ts';
import { milliseconds } from '../format.ts';
import { type Precedence, precedencesOf } from '../model/precedence.ts';
import type { Proof } from '../model/proof.ts';
import type { IntervalRow } from './interval-rows.ts';
import { at, type ProofAxis } from './proof-axis.ts';

/** From the end of one operation along the time between them to the start of the one after it. */
export function precedenceArrows(
  axis: ProofAxis,
  { operations }: Proof,
  rows: readonly IntervalRow[],
): Safe {
  return html`${precedencesOf(operations).map((one) => {
    const before = rows.find(({ placed }) => placed.position === one.before);
    const after = rows.find(({ placed }) => placed.position === one.after);
    return before === undefined || after === undefined ? null : arrow(axis, one, before, after);
  })}`;
}

function arrow(
  axis: ProofAxis,
  { gapMs, isViolated }: Precedence,
  before: IntervalRow,
  after: IntervalRow,
): Safe {
  const from = axis.percent(before.placed.operation.returnedMs);
  const to = axis.percent(after.placed.operation.invokedMs);
  const headPx = after.yPx + (after.yPx > before.yPx ? -1 : 1) * (after.barPx / 2 + 5);
  return html`<g class="precedence ${isViolated ? 'violated' : 'plain'}">
    <line x1="${at(from)}" x2="${at(to)}" y1="${before.yPx}" y2="${before.yPx}" />
    <line
      x1="${at(to)}"
      x2="${at(to)}"
      y1="${before.yPx}"
      y2="${headPx}"
      marker-end="url(#${isViolated ? 'arrow-violated' : 'arrow-plain'})"
    />
    <text x="${at((from + to) / 2)}" y="${before.yPx + 16}">${milliseconds(gapMs)} before</text>
  </g>`;
}

/** Arrow heads and the fading of open intervals, once for all drawings of a report. */
export function intervalDefinitions(): Safe {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true">
    <defs>
      ${['violated', 'plain'].map(
        (name) =>
          html`<marker
            id="arrow-${name}"
            class="head ${name}"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8Z" />
          </marker>`,
      )}
      ${['write', 'read', 'other'].map(
        (kind) =>
          html`<linearGradient id="fade-${kind}" class="fade ${kind}">
            <stop offset="0" />
            <stop offset="1" stop-opacity="0" />
          </linearGradient>`,
      )}
    </defs>
  </svg>`;
}
