import { readFileSync } from 'node:fs';
import type { RecordedRun } from '../journal/recorded-run.ts';
import { html, inlineScript, inlineStyle } from './html.ts';
import { reportModel } from './model.ts';
import { outcomeLook } from './looks.ts';
import { applicationSection } from './sections/application.ts';
import { assertionsSection } from './sections/assertions.ts';
import { faultsSection } from './sections/faults.ts';
import { hero } from './sections/hero.ts';
import { journalSection } from './sections/journal.ts';
import { proofsSection } from './sections/proofs.ts';
import { recoveriesSection } from './sections/recoveries.ts';
import { setupSection } from './sections/setup.ts';
import { timelineSection } from './sections/timeline.ts';
import { warningsSection } from './sections/warnings.ts';

const styles = [
  'colours',
  'page',
  'hero',
  'tables',
  'charts',
  'marks',
  'intervals',
  'narrow',
  'print',
];

/**
 * The report as one HTML file that needs nothing else: no request, no JavaScript to be read. The
 * same run always gives the same bytes.
 */
export function renderReport(run: RecordedRun): string {
  const model = reportModel(run);
  const style = inlineStyle(styles.map((name) => sourceOf(`./styles/${name}.css`)).join('\n'));
  const script = inlineScript(sourceOf('./browser.js'));
  const policy = `default-src 'none'; style-src ${style.hash}; script-src ${script.hash}; base-uri 'none'; form-action 'none'`;
  const title = `${outcomeLook[model.outcome.kind].word}: ${model.header.drill}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="drill ${model.header.versions.drill}" />
        <title>${title}</title>
        ${style.element}
      </head>
      <body>
        <main>
          ${hero(model)} ${assertionsSection(model)} ${proofsSection(model)}
          ${recoveriesSection(model)} ${timelineSection(model)} ${faultsSection(model)}
          ${applicationSection(model)} ${warningsSection(model)} ${setupSection(model)}
          ${journalSection(model)}
        </main>
        <footer>
          Drawn by drill ${model.header.versions.drill} from ${model.header.run}.
          <code>drill report</code> draws it again from the record.
        </footer>
        ${script.element}
      </body>
    </html> `;
  return page.toString();
}

function sourceOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
