import { appendFile } from 'node:fs/promises';
import { quantity } from '../report/format.ts';
import { reportModel, type ReportModel } from '../report/model.ts';
import { visible } from '../report/visible.ts';
import type { Reporter, ReporterContext } from './reporter.ts';

/** Annotations and the job's summary in GitHub Actions; elsewhere it does nothing. */
export function githubReporter({ screen, environment }: ReporterContext): Reporter {
  return {
    async onEnd(run) {
      if (environment['GITHUB_ACTIONS'] !== 'true') return;
      const model = reportModel(run);
      screen.write(annotations(model));
      const summaryPath = environment['GITHUB_STEP_SUMMARY'];
      if (summaryPath) await appendFile(summaryPath, stepSummary(model));
    },
  };
}

/** One workflow command a line: an error per violation, a warning per verdict left open. */
export function annotations(model: ReportModel): string {
  const { header, verdicts, outcome, headline } = model;
  const lines = verdicts.flatMap((verdict) => {
    const title = `${header.drill}: ${verdict.title}`;
    if (verdict.status === 'violated') {
      const proof = verdict.violations.map((violation) => visible(violation.message));
      return [command('error', title, [visible(verdict.summary), ...proof].join('\n'))];
    }
    if (verdict.status !== 'inconclusive') return [];
    return [command('warning', title, visible(verdict.summary))];
  });
  if (lines.length > 0 || outcome.kind === 'held') return lines.join('');
  return command('error', `${header.drill}: ${outcome.kind}`, visible(headline));
}

function command(level: 'error' | 'warning', title: string, message: string): string {
  return `::${level} title=${escapedProperty(visible(title))}::${escapedData(message)}\n`;
}

/** As the runner decodes them: a raw line break or `::` would end or forge a command. */
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Markdown: the headline, a row per verdict, the key figures, the command. */
export function stepSummary({ header, headline, outcome, verdicts, keyFigures }: ReportModel) {
  const rows = verdicts.map(
    ({ status, title, summary }) => `| ${status} | ${plain(title)} | ${plain(summary)} |`,
  );
  const figures = keyFigures.map(({ label, value, unit, bound }) => {
    const limit = bound === undefined ? '' : ` (bound ${quantity(bound, unit)})`;
    return `- ${plain(label)}: **${quantity(value, unit)}**${limit}`;
  });
  return [
    `## drill ${plain(header.drill)}: ${outcome.kind}`,
    '',
    plain(headline),
    '',
    ...(rows.length === 0 ? [] : ['| verdict | assertion | found |', '|---|---|---|', ...rows, '']),
    ...figures,
    '',
    `Reproduce: <code>${plain(header.command)}</code>`,
    '',
  ].join('\n');
}

/** Text that Markdown leaves alone: everything it could read as markup becomes an entity. */
function plain(text: string): string {
  return visible(text).replaceAll(
    /[\\`*_[\]<>|~@&#!$]/g,
    (character) => `&#${character.codePointAt(0)};`,
  );
}
