import type { JournalEvent, JournalEventOf } from '../../journal/events.ts';
import { duration } from '../../report/format.ts';
import { visible } from '../../report/visible.ts';
import type { Painter } from './painter.ts';
import { verdictLines } from './verdict-lines.ts';
import { hanging, wrapped } from './wrapped.ts';

/** The line that shows an event; undefined for those that only files show. */
export function eventLine(
  event: JournalEvent,
  paint: Painter,
  columns: number | undefined,
): string | undefined {
  switch (event.type) {
    case 'run.started':
      return opening(event, paint, columns);
    case 'step.started':
      return `  ${paint('cyan', '▸')} ${visible(event.step)}`;
    case 'leader':
      return detail(event.t, paint, columns, leaderText(event));
    case 'fault.injecting':
      return detail(
        event.t,
        paint,
        columns,
        `${paint('magenta', 'fault')} ${visible(event.title)}`,
      );
    case 'fault.proved':
      return detail(
        event.t,
        paint,
        columns,
        `${paint('magenta', 'fault')} proved: ${first(event.evidence)}`,
      );
    case 'fault.unproved':
      return detail(
        event.t,
        paint,
        columns,
        paint('yellow', `fault did not bite: ${visible(event.reason)}`),
      );
    case 'fault.healed':
      return detail(
        event.t,
        paint,
        columns,
        `${paint('magenta', 'fault')} healed: ${first(event.evidence)}`,
      );
    case 'fault.heal-failed':
      return [
        detail(
          event.t,
          paint,
          columns,
          paint('red', `fault could not be healed: ${visible(event.reason)}`),
        ),
        ...event.commands.map((command) => `              ${visible(command)}`),
      ].join('\n');
    case 'fault.lease-expired':
      return detail(
        event.t,
        paint,
        columns,
        paint('yellow', 'the fault’s lease ran out: it healed by itself'),
      );
    case 'member.state':
      return ['starting', 'running'].includes(event.state)
        ? undefined
        : detail(
            event.t,
            paint,
            columns,
            visible(`${event.member} ${event.state} ${event.detail ?? ''}`),
          );
    case 'membership':
      return detail(
        event.t,
        paint,
        columns,
        visible(`${event.member} ${standings[event.standing]}`),
      );
    case 'warning':
      return hanging(`  ${paint('yellow', 'warning')} `, visible(event.message), columns).join(
        '\n',
      );
    case 'verdict':
      return verdictLines(event.verdict, paint, columns);
    default:
      return undefined;
  }
}

const standings = {
  voter: 'is a voter',
  learner: 'is a learner',
  out: 'was taken out of the cluster',
} as const;

export function stepEndLine(
  event: JournalEventOf<'step.ended'>,
  tookMs: number,
  paint: Painter,
): string {
  const mark = event.outcome === 'done' ? paint('green', '✓') : paint('red', '✗');
  const error = event.error === undefined ? '' : `\n      ${paint('red', visible(event.error))}`;
  return `  ${mark} ${visible(event.step)} ${paint('dim', duration(tookMs))}${error}`;
}

function opening(
  event: JournalEventOf<'run.started'>,
  paint: Painter,
  columns: number | undefined,
): string {
  const { drill, summary, versions, seed, notices } = event;
  return [
    ...wrapped(`${paint('bold', visible(drill))} ${visible(summary)}`, '', columns),
    paint('dim', visible(`etcd ${versions.etcd} (${versions.etcdSource}), seed ${seed}`)),
    ...notices.flatMap((notice) =>
      hanging(`${paint('yellow', 'note')} `, visible(notice), columns),
    ),
  ].join('\n');
}

function leaderText({ leader, term }: JournalEventOf<'leader'>): string {
  return leader === null ? `no leader (term ${term})` : `${visible(leader)} leads, term ${term}`;
}

function detail(t: number, paint: Painter, columns: number | undefined, text: string): string {
  const head = `    ${paint('dim', duration(t).padStart(8))}  `;
  return hanging(head, text.trimEnd(), columns).join('\n');
}

function first([evidence = 'no evidence recorded', ...more]: readonly string[]): string {
  return `${visible(evidence)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
}
