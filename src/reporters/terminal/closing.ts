import { count, duration, quantity } from '../../report/format.ts';
import { recoveryTimeMs } from '../../journal/recoveries.ts';
import type { ReportModel } from '../../report/model.ts';
import { feltText } from '../../report/model/application.ts';
import type { KeyFigure } from '../../report/model/key-figures.ts';
import { visible } from '../../report/visible.ts';
import type { Painter, Style } from './painter.ts';
import { hanging, wrapped } from './wrapped.ts';

const styles = {
  held: 'green',
  violated: 'red',
  inconclusive: 'yellow',
  error: 'red',
  interrupted: 'yellow',
  unhealed: 'red',
  died: 'red',
} as const satisfies Record<ReportModel['outcome']['kind'], Style>;

/** The end of the screen: the outcome, the numbers that matter, where the report is, the command. */
export function closing(
  model: ReportModel,
  reportPath: string | undefined,
  paint: Painter,
  columns: number | undefined,
): string {
  const { outcome, keyFigures, header } = model;
  return [
    '',
    ...summary(model, columns).map((line, index) =>
      index === 0
        ? line.replace(/^\S+/, (word) => paint(['bold', styles[outcome.kind]], word))
        : line,
    ),
    ...outcome.reasons.flatMap((reason) => wrapped(visible(reason), '  ', columns)),
    '',
    ...keyFigures.map((figure) => figureLine(figure, paint)),
    ...recoveryLines(model, paint, columns),
    ...activityLines(model, paint, columns),
    ...applicationLine(model, paint),
    '',
    ...(reportPath === undefined ? [] : [row('Report', reportPath, paint)]),
    row('Reproduce', visible(header.command), paint),
  ].join('\n');
}

function summary({ outcome, headline }: ReportModel, columns: number | undefined): string[] {
  return wrapped(`${outcome.kind.toUpperCase()} ${visible(headline)}`, '', columns);
}

function figureLine({ label, value, unit, bound, missedBound }: KeyFigure, paint: Painter): string {
  const shown = missedBound ? paint('red', quantity(value, unit)) : quantity(value, unit);
  const limit = bound === undefined ? '' : paint('dim', ` (bound ${quantity(bound, unit)})`);
  return row(visible(label), `${shown}${limit}`, paint);
}

/** Where the time from the loss to full service went. */
function recoveryLines(
  { recoveries }: ReportModel,
  paint: Painter,
  columns: number | undefined,
): string[] {
  return recoveries.flatMap((recovery) => {
    const parts = [
      `until it began ${duration(recovery.startMs - recovery.sinceMs)}`,
      ...recovery.phases.map(({ name, startMs, endMs }) => `${name} ${duration(endMs - startMs)}`),
    ];
    const text = `${duration(recoveryTimeMs(recovery))} to ${recovery.title}: ${parts.join(', ')}`;
    return hanging(row('RTO by phase', '', paint), visible(text), columns);
  });
}

function activityLines(
  { activity }: ReportModel,
  paint: Painter,
  columns: number | undefined,
): string[] {
  const { ok, unknown, failed } = activity.total;
  const [worst] = activity.errors;
  const operations = `${count(ok)} ok, ${count(unknown)} unknown, ${count(failed)} failed`;
  if (worst === undefined)
    return [row('Operations', operations, paint), row('Errors', 'none', paint)];
  const errors = `${count(unknown + failed)}, most often ${count(worst.count)} × “${visible(worst.message)}”`;
  return [
    row('Operations', operations, paint),
    ...hanging(row('Errors', '', paint), errors, columns),
  ];
}

function applicationLine({ application }: ReportModel, paint: Painter): string[] {
  return application === null
    ? []
    : [row('Application (stock etcd3)', feltText(application), paint)];
}

function row(label: string, text: string, paint: Painter): string {
  return `  ${paint('dim', label.padEnd(30))} ${text}`;
}
