import { type JournalEvent, journalEvent } from '../../journal/events.ts';
import { cutMiddle, cutText } from '../cut.ts';
import { count, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';

const mostLines = 400;
const mostCharacters = 500;

/** The journal, but for the metrics, of which there is one sample a second and member. */
export function journalSection({ journal }: ReportModel): Safe {
  const lines = journal.filter((event) => event.type !== 'metrics');
  const samples = journal.length - lines.length;
  const { head, cut, tail } = cutMiddle(lines, mostLines);
  const left = samples === 0 ? null : html` ${count(samples)} metrics samples are left out here.`;
  return html`<section>
    <h2>Journal</h2>
    <details>
      <summary>${count(lines.length)} events</summary>
      <p class="cut">
        Times count from the start of the run.${left} <code>journal.jsonl</code> has everything.
      </p>
      <div class="scroll" tabindex="0" role="region" aria-label="Journal">
        <table class="lines">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Event</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            ${head.map(row)}${
              cut === 0
                ? null
                : html`<tr class="cut">
                    <td colspan="3">${count(cut)} lines were cut here.</td>
                  </tr>`
            }${tail.map(row)}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function row(event: JournalEvent): Safe {
  // Parsing puts the fields in the schema's order: a live run and a saved one must look the same.
  const { t, type, ...rest } = journalEvent.parse(event);
  return html`<tr>
    <td>${moment(t)}</td>
    <td>${type}</td>
    <td><code>${cutText(said(rest), mostCharacters)}</code></td>
  </tr>`;
}

function said(rest: Record<string, unknown>): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
