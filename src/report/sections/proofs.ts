import { intervalDiagram } from '../charts/intervals.ts';
import { momentsDiagram } from '../charts/moments.ts';
import { intervalDefinitions } from '../charts/precedence-arrows.ts';
import { cutText } from '../cut.ts';
import { moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { PlacedOperation } from '../model/neighbours.ts';
import type { Proof } from '../model/proof.ts';
import { outcomeText, requestText } from '../operation-text.ts';

const mostCharacters = 600;

/** A drawing of every violation with what it shows as a table; nothing where all promises held. */
export function proofsSection(model: ReportModel): Safe | null {
  if (model.proofs.length === 0) return null;
  return html`<section>
    <h2>What proves it</h2>
    ${intervalDefinitions()} ${model.proofs.map((proof) => card(model, proof))}
  </section>`;
}

function card(model: ReportModel, proof: Proof): Safe {
  const { id, title, violation, operations } = proof;
  return html`<article class="card" id="${id}">
    <h3>${cutText(violation.message, mostCharacters)}</h3>
    <p>Breaks: ${title}</p>
    ${
      operations.length > 0
        ? html`${intervalDiagram(proof, model.faults)}${operationTable(operations)}`
        : momentsDiagram(model, violation.moments ?? [])
    }
    ${operations.length > 0 ? momentList(violation.moments ?? []) : null}
  </article>`;
}

function momentList(moments: NonNullable<Proof['violation']['moments']>): Safe | null {
  if (moments.length === 0) return null;
  return html`<ul class="evidence">
    ${moments.map(
      ({ t, member, text }) =>
        html`<li><span>${moment(t)} ${member ?? null}</span> ${cutText(text, mostCharacters)}</li>`,
    )}
  </ul>`;
}

function operationTable(operations: readonly PlacedOperation[]): Safe {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Operations that prove it">
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
        ${operations.map(operationRow)}
      </tbody>
    </table>
  </div>`;
}

function operationRow({ position, operation }: PlacedOperation): Safe {
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
