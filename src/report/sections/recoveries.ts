import { duration, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import { type Recovery, recoveryTimeMs } from '../../journal/recoveries.ts';

/** How long each recovery took, part by part: where the time to full service went. */
export function recoveriesSection({ recoveries }: ReportModel): Safe | null {
  if (recoveries.length === 0) return null;
  return html`<section>
    <h2>Recovery</h2>
    ${recoveries.map(card)}
  </section>`;
}

const states = {
  done: { tone: 'good', text: '✓ full service' },
  failed: { tone: 'bad', text: '✗ failed' },
  running: { tone: 'open', text: '? under way when the record ends' },
} as const;

function card(recovery: Recovery): Safe {
  const { title, sinceMs, startMs, outcome, phases } = recovery;
  const state = states[outcome];
  const wholeMs = Math.max(recoveryTimeMs(recovery), 1);
  const rows = [
    { name: 'until it began', startMs: sinceMs, endMs: startMs, outcome: 'done' as const },
    ...phases,
  ];
  return html`<article class="card">
    <h3>${title}</h3>
    <p>
      <span class="verdict ${state.tone}">${state.text}</span> ${duration(recoveryTimeMs(recovery))}
      from the loss at ${moment(sinceMs)} on
    </p>
    <div class="scroll">
      <table class="phases">
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Took</th>
            <th scope="col">From the loss on</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => phaseRow(row, sinceMs, wholeMs))}
        </tbody>
      </table>
    </div>
  </article>`;
}

function phaseRow(
  { name, startMs, endMs, outcome }: Recovery['phases'][number],
  sinceMs: number,
  wholeMs: number,
): Safe {
  const percent = (ms: number): string => `${((100 * ms) / wholeMs).toFixed(2)}%`;
  const failed = outcome === 'done' ? '' : ` (${states[outcome].text})`;
  return html`<tr>
    <th scope="row">${name}${failed}</th>
    <td>${duration(endMs - startMs)}</td>
    <td class="share">
      <svg width="100%" height="14" aria-hidden="true">
        <rect
          class="phase-bar"
          x="${percent(startMs - sinceMs)}"
          width="${percent(endMs - startMs)}"
          height="100%"
          rx="2"
        />
      </svg>
    </td>
  </tr> `;
}
