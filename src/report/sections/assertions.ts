import type { Operation } from '../../history/operation.ts';
import type { Measurement, Verdict, Violation } from '../../verdict.ts';
import { cutText } from '../cut.ts';
import { count, moment, quantity } from '../format.ts';
import { html, type Safe } from '../html.ts';
import { verdictLook } from '../looks.ts';
import type { ReportModel } from '../model.ts';
import { outcomeText, requestText } from '../operation-text.ts';

const mostViolations = 20;
const mostOperations = 20;
const mostCharacters = 600;

/** One row per assertion; under a violated one, its violations with the operations that prove them. */
export function assertionsSection({ verdicts, proof }: ReportModel): Safe {
  if (verdicts.length === 0) {
    return html`<section>
      <h2>Assertions</h2>
      <p class="empty">Nothing was judged: the run ended before its assertions.</p>
    </section>`;
  }
  return html`<section>
    <h2>Assertions</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Assertions">
      <table class="assertions">
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col">Assertion</th>
            <th scope="col">Looked at</th>
          </tr>
        </thead>
        <tbody>
          ${verdicts.toSorted(byGravity).map((verdict) => row(verdict, proof))}
        </tbody>
      </table>
    </div>
  </section>`;
}

const gravity: readonly Verdict['status'][] = ['violated', 'inconclusive', 'held', 'not-exercised'];

function byGravity(a: Verdict, b: Verdict): number {
  return gravity.indexOf(a.status) - gravity.indexOf(b.status);
}

function row(verdict: Verdict, proof: ReportModel['proof']): Safe {
  const { word, mark, tone } = verdictLook[verdict.status];
  const counts = Object.entries(verdict.counts);
  return html`<tr>
    <td>
      <span class="verdict ${tone}"><span aria-hidden="true">${mark}</span> ${word}</span>
    </td>
    <td>
      <h3>${verdict.title}</h3>
      <p>${cutText(verdict.summary, mostCharacters)}</p>
      ${measurements(verdict.measurements)}${
        verdict.status === 'violated' ? violations(verdict.violations, proof) : null
      }
    </td>
    <td>
      <dl class="counts">
        ${counts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${count(value)}</dd>
            </div>`,
        )}
      </dl>
    </td>
  </tr>`;
}

function measurements(all: readonly Measurement[]): Safe | null {
  if (all.length === 0) return null;
  return html`<ul class="measurements">
    ${all.map(({ label, value, unit, bound }) => {
      const limit = bound === undefined ? null : html` <span>bound ${quantity(bound, unit)}</span>`;
      return html`<li>${label} <b>${quantity(value, unit)}</b>${limit}</li>`;
    })}
  </ul>`;
}

function violations(all: readonly Violation[], proof: ReportModel['proof']): Safe {
  const cut = all.length - mostViolations;
  return html`<ol class="violations">
      ${all.slice(0, mostViolations).map((one) => violation(one, proof))}
    </ol>
    ${
      cut > 0
        ? html`<p class="cut">
            ${count(cut)} more violations were cut; <code>run.json</code> has them all.
          </p>`
        : null
    }`;
}

function violation({ message, operations = [] }: Violation, proof: ReportModel['proof']): Safe {
  const shown = operations.slice(0, mostOperations);
  const cut = operations.length - shown.length;
  const table = html`<div
    class="scroll"
    tabindex="0"
    role="region"
    aria-label="Operations that prove it"
  >
    <table class="proof">
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Client</th>
          <th scope="col">Member</th>
          <th scope="col">Asked</th>
          <th scope="col">Answer</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((position) => operationRow(position, proof.get(position)))}
      </tbody>
    </table>
  </div>`;
  return html`<li>
    <p>${cutText(message, mostCharacters)}</p>
    ${shown.length === 0 ? null : table}${
      cut > 0 ? html`<p class="cut">${count(cut)} more operations were cut.</p>` : null
    }
  </li>`;
}

function operationRow(position: number, operation: Operation | undefined): Safe {
  if (operation === undefined) {
    return html`<tr>
      <td>${position}</td>
      <td colspan="6">not in the history that was read</td>
    </tr>`;
  }
  const { invokedMs, returnedMs, client, member, request } = operation;
  return html`<tr>
    <td>${position}</td>
    <td>${moment(invokedMs)}</td>
    <td>${moment(returnedMs)}</td>
    <td>${client}</td>
    <td>${member}</td>
    <td><code>${cutText(requestText(request), mostCharacters)}</code></td>
    <td><code>${cutText(outcomeText(operation), mostCharacters)}</code></td>
  </tr>`;
}
