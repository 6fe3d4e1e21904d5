import { instant, quantity } from '../format.ts';
import { html, type Safe } from '../html.ts';
import { outcomeLook } from '../looks.ts';
import type { ReportModel } from '../model.ts';
import { feltText } from '../model/application.ts';
import type { KeyFigure } from '../model/key-figures.ts';

/** What a reader takes away in ten seconds: the verdict, one sentence, the figures that matter. */
export function hero(model: ReportModel): Safe {
  const { header, outcome, headline, keyFigures, members, application } = model;
  const look = outcomeLook[outcome.kind];
  const facts = [
    instant(header.startedAt),
    `etcd ${header.versions.etcd}`,
    ...(members.length === 0
      ? []
      : [members.length === 1 ? '1 member' : `${members.length} members`]),
    `seed ${header.seed}`,
  ];
  return html`<header class="hero ${look.tone}">
    <p class="eyebrow">
      <strong>${header.drill}</strong>${facts.map((fact) => html`<span>${fact}</span>`)}
    </p>
    <h1><span class="mark" aria-hidden="true">${look.mark}</span>${look.word}</h1>
    <p class="headline">${unbroken(headline)}${proofLink(model)}</p>
    ${
      application === null
        ? null
        : html`<p class="felt">
            An application with a stock etcd3 client got ${unbroken(feltText(application))}.
          </p>`
    }
    ${list('reasons', outcome.reasons)} ${list('notices', header.notices)}
    <dl class="figures">${keyFigures.map(figure)}</dl>
    <p class="command">
      <code id="command">${header.command}</code
      ><button type="button" data-copy="command" hidden>Copy</button>
    </p>
  </header>`;
}

function proofLink({ proofs: [first] }: ReportModel): Safe | null {
  return first === undefined ? null : html` <a href="#${first.id}">See what proves it ↓</a>`;
}

function list(name: string, items: readonly string[]): Safe | null {
  if (items.length === 0) return null;
  return html`<ul class="${name}">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

function figure({ label, value, unit, bound, missedBound }: KeyFigure): Safe {
  const [number = '', ...rest] = quantity(value, unit).split(/ (?=[^\d]*$)/);
  const limit =
    bound === undefined
      ? null
      : html`<dd class="bound">${limitText(bound, unit, missedBound)}</dd>`;
  return html`<div class="${missedBound ? 'missed' : 'met'}">
    <dt>${label}</dt>
    <dd class="value">${number}<small> ${rest.join(' ')}</small></dd>
    ${limit}
  </div>`;
}

function limitText(bound: number, unit: KeyFigure['unit'], missed: boolean): string {
  const limit = quantity(bound, unit);
  if (unit !== 'ms') return `${missed ? '✗' : '✓'} bound ${limit}`;
  return missed ? `✗ over the bound of ${limit}` : `✓ within ${limit}`;
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(\d) (ms|s|min|h)\b/g, '$1\u00A0$2');
}
