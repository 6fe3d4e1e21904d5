import { count, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { FaultBand } from '../model/faults.ts';
import type { Proof } from '../model/proof.ts';
import { interval } from './interval.ts';
import { type IntervalLane, intervalLanes } from './interval-rows.ts';
import { precedenceArrows } from './precedence-arrows.ts';
import { at, axisMarks, type ProofAxis, proofAxis } from './proof-axis.ts';

const axisPx = 24;

/** The operations that prove a violation, drawn against time, a lane per client and member. */
export function intervalDiagram(proof: Proof, faults: readonly FaultBand[]): Safe {
  const axis = proofAxis(proof.operations);
  const lanes = intervalLanes(proof);
  const rows = lanes.flatMap((lane) => lane.rows);
  const heightPx = lanes.reduce((sum, lane) => sum + lane.heightPx, 0);
  const during = faults.filter(({ startMs, endMs }) => startMs < axis.toMs && endMs > axis.fromMs);
  return html`<figure class="intervals">
    <div class="scroll" tabindex="0" role="region" aria-label="Interval diagram">
      <div class="frame">
        <svg class="gutter" height="${heightPx + axisPx}" aria-hidden="true">
          ${lanes.map(laneLabel)}
        </svg>
        <svg
          class="plot"
          height="${heightPx + axisPx}"
          role="img"
          aria-label="Operations against time; the table below has the same"
        >
          ${during.map((fault) => band(axis, fault, heightPx))} ${axisMarks(axis, heightPx)}
          ${lanes.map(({ topPx }) => html`<line class="lane" x2="100%" y1="${topPx}" y2="${topPx}" />`)}
          <line class="lane" x2="100%" y1="${heightPx}" y2="${heightPx}" />
          ${precedenceArrows(axis, proof, rows)} ${rows.map((row) => interval(axis, row))}
        </svg>
      </div>
    </div>
    <figcaption>${caption(proof, axis, during)}</figcaption>
  </figure>`;
}

function laneLabel({ client, member, topPx, isProof }: IntervalLane): Safe {
  const label = `client ${client} @ ${member}`;
  return html`<text class="${isProof ? 'who' : 'who beside'}" x="0" y="${topPx + 22}"
    >${label}<title>${label}</title></text
  >`;
}

function band(axis: ProofAxis, { startMs, endMs, title }: FaultBand, heightPx: number): Safe {
  const [x1, x2] = [axis.percent(startMs), axis.percent(endMs)];
  return html`<rect class="fault-band" x="${at(x1)}" width="${at(x2 - x1)}" height="${heightPx}">
    <title>${title}</title>
  </rect>`;
}

function caption(
  { neighbours, cutOperations }: Proof,
  { originMs }: ProofAxis,
  during: readonly FaultBand[],
): string {
  const { shown, cut } = neighbours;
  return [
    `Full bar: write; hollow: read; open to the right: outcome unknown; ×: failed. 0 is ${moment(originMs)} into the run.`,
    ...(during.length === 0 ? [] : [`Shaded: ${during.map(({ title }) => title).join('; ')}.`]),
    ...(shown.length === 0 ? [] : ['Faint: other operations on the same keys at that time.']),
    ...(cut === 0 ? [] : [`${count(cut)} more of them, farther away, are left out.`]),
    ...(cutOperations === 0
      ? []
      : [`${count(cutOperations)} more operations prove it and are left out.`]),
  ].join(' ');
}
