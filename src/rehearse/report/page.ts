import { readFileSync } from 'node:fs';
import { bytes, count, duration, instant } from '../../report/format.ts';
import { html, inlineStyle, type Safe } from '../../report/html.ts';
import { outcomeLook } from '../../report/looks.ts';
import { assertionsSection } from '../../report/sections/assertions.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { headlineOf } from './headline.ts';
import { phasesSection } from './phases.ts';
import { prefixesSection } from './prefixes.ts';
import { fileSection } from './file.ts';

const styles = ['colours', 'page', 'hero', 'tables', 'marks', 'narrow', 'print'];

/** The report for an auditor: one HTML file that needs nothing else. The same rehearsal gives the same bytes. */
export function rehearsalPage(rehearsal: Rehearsal): string {
  const folder = '../../report/styles';
  const style = inlineStyle(styles.map((name) => sourceOf(`${folder}/${name}.css`)).join('\n'));
  const policy = `default-src 'none'; style-src ${style.hash}; base-uri 'none'; form-action 'none'`;
  const { versions, run, outcome } = rehearsal;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="drill ${versions.drill}" />
        <title>${outcomeLook[outcome].word}: rehearsal of a backup</title>
        ${style.element}
      </head>
      <body>
        <main>
          ${hero(rehearsal)} ${assertionsSection({ verdicts: rehearsal.verdicts, proofs: [] })}
          ${phasesSection(rehearsal)} ${prefixesSection(rehearsal)} ${fileSection(rehearsal)}
        </main>
        <footer>
          Drawn by drill ${versions.drill} from ${run}. No value of the keyspace is in this report
          unless <code>--show-values</code> asked for it.
        </footer>
      </body>
    </html> `.toString();
}

function hero(rehearsal: Rehearsal): Safe {
  const { outcome, startedAt, versions, members, reasons, warnings, command, snapshot } = rehearsal;
  const look = outcomeLook[outcome];
  return html`<header class="hero ${look.tone}">
    <p class="eyebrow">
      <strong>rehearsal of a backup</strong>
      <span>${instant(startedAt)}</span><span>etcd ${versions.etcd}</span>
      <span>${members === 1 ? '1 member' : `${members} members`}</span>
    </p>
    <h1><span class="mark" aria-hidden="true">${look.mark}</span>${look.word}</h1>
    <p class="headline">${headlineOf(rehearsal)}</p>
    ${list('reasons', reasons)} ${list('notices', warnings)}
    <dl class="figures">
      ${rehearsal.rtoMs === null ? null : figure('Restored (RTO)', duration(rehearsal.rtoMs))}
      ${figure('Keys', count(snapshot.keys))}
      ${figure('Names and values', bytes(snapshot.keyBytes + snapshot.valueBytes))}
      ${figure('Database', bytes(snapshot.databaseBytes))}
      ${figure('Revision', count(snapshot.revision))}
    </dl>
    <p class="command"><code>${command}</code></p>
  </header>`;
}

function figure(label: string, text: string): Safe {
  const [number = '', ...rest] = text.split(/ (?=[^\d]*$)/);
  return html`<div>
    <dt>${label}</dt>
    <dd class="value">${number}<small> ${rest.join(' ')}</small></dd>
  </div>`;
}

function list(name: string, items: readonly string[]): Safe | null {
  if (items.length === 0) return null;
  return html`<ul class="${name}">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

function sourceOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
