import { cutMiddle, cutText } from '../cut.ts';
import { count, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';

const mostLogLines = 200;

/** What drill warned of, and what the members logged at warning level and above. */
export function warningsSection({ warnings, logs }: ReportModel): Safe | null {
  if (warnings.length === 0 && logs.length === 0) return null;
  const { head, cut, tail } = cutMiddle(logs, mostLogLines);
  const table = html`<details>
    <summary>
      ${count(logs.length)} log ${logs.length === 1 ? 'line' : 'lines'} of the members at warning
      level and above
    </summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Log warnings">
      <table class="lines">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Member</th>
            <th scope="col">Level</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          ${head.map(row)}${
            cut === 0
              ? null
              : html`<tr class="cut">
                  <td colspan="4">
                    ${count(cut)} lines were cut here; the run’s <code>logs</code> have them all.
                  </td>
                </tr>`
          }${tail.map(row)}
        </tbody>
      </table>
    </div>
  </details>`;
  return html`<section>
    <h2>Warnings</h2>
    ${
      warnings.length === 0
        ? null
        : html`<ul class="warnings">
            ${warnings.map(({ t, message }) => html`<li><span>${moment(t)}</span> ${cutText(message, 800)}</li>`)}
          </ul>`
    }
    ${logs.length === 0 ? null : table}
  </section>`;
}

function row({ t, member, level, message }: ReportModel['logs'][number]): Safe {
  return html`<tr>
    <td>${moment(t)}</td>
    <td>${member}</td>
    <td>${level}</td>
    <td><span class="long">${cutText(message, 500)}</span></td>
  </tr>`;
}
