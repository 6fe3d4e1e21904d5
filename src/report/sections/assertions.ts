import type { Measurement, Verdict, Violation } from '../../verdict.ts';
import { cutText } from '../cut.ts';
import { count, quantity } from '../format.ts';
import { html, type Safe } from '../html.ts';
import { verdictLook } from '../looks.ts';
import type { ReportModel } from '../model.ts';
import type { Proof } from '../model/proof.ts';

const mostViolations = 20;
const mostCharacters = 600;

/**
 * One row per assertion that the run exercised; under a violated one, its violations with links to
 * their drawings. The others are named below the table.
 */
export function assertionsSection({
  verdicts,
  proofs,
}: Pick<ReportModel, 'verdicts' | 'proofs'>): Safe {
  if (verdicts.length === 0) {
    return html`<section>
      <h2>Assertions</h2>
      <p class="empty">Nothing was judged: the run ended before its assertions.</p>
    </section>`;
  }
  const exercised = verdicts.filter(({ status }) => status !== 'not-exercised');
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
          ${exercised.toSorted(byGravity).map((verdict) => row(verdict, proofs))}
        </tbody>
      </table>
    </div>
    ${notExercised(verdicts)}
  </section>`;
}

const gravity: readonly Verdict['status'][] = ['violated', 'inconclusive', 'held'];

function byGravity(a: Verdict, b: Verdict): number {
  return gravity.indexOf(a.status) - gravity.indexOf(b.status);
}

function notExercised(verdicts: readonly Verdict[]): Safe | null {
  const idle = verdicts.filter(({ status }) => status === 'not-exercised');
  if (idle.length === 0) return null;
  const promises = idle.length === 1 ? '1 promise was' : `${count(idle.length)} promises were`;
  return html`<details>
    <summary>${promises} not exercised</summary>
    <ul>
      ${idle.map(
        ({ title, summary }) => html`<li>${title}: ${cutText(summary, mostCharacters)}</li>`,
      )}
    </ul>
  </details>`;
}

function row(verdict: Verdict, proofs: readonly Proof[]): Safe {
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
        verdict.status === 'violated' ? violationList(verdict.violations, proofs) : null
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

function violationList(all: readonly Violation[], proofs: readonly Proof[]): Safe {
  const cut = all.length - mostViolations;
  return html`<ol class="violations">
      ${all.slice(0, mostViolations).map((one) => violationItem(one, proofs))}
    </ol>
    ${
      cut > 0
        ? html`<p class="cut">
            ${count(cut)} more violations were cut; <code>run.json</code> has them all.
          </p>`
        : null
    }`;
}

function violationItem(violation: Violation, proofs: readonly Proof[]): Safe {
  const proof = proofs.find((one) => one.violation === violation);
  const link = proof === undefined ? null : html` <a href="#${proof.id}">See it drawn ↓</a>`;
  return html`<li>
    <p>${cutText(violation.message, mostCharacters)}${link}</p>
  </li>`;
}
