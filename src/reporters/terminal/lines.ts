import type { JournalEvent, JournalEventOf } from '../../journal/events.ts';
import { duration } from '../../report/format.ts';
import { visible } from '../../report/visible.ts';
import type { Verdict } from '../../verdict.ts';
import type { Painter, Style } from './painter.ts';

/** The line that shows an event; undefined for those that only files show. */
export function eventLine(event: JournalEvent, paint: Painter): string | undefined {
  switch (event.type) {
    case 'run.started':
      return opening(event, paint);
    case 'step.started':
      return `  ${paint('cyan', '▸')} ${visible(event.step)}`;
    case 'leader':
      return detail(event.t, paint, leaderText(event));
    case 'fault.injecting':
      return detail(event.t, paint, `${paint('magenta', 'fault')} ${visible(event.title)}`);
    case 'fault.proved':
      return detail(
        event.t,
        paint,
        `${paint('magenta', 'fault')} proved: ${first(event.evidence)}`,
      );
    case 'fault.unproved':
      return detail(
        event.t,
        paint,
        paint('yellow', `fault did not bite: ${visible(event.reason)}`),
      );
    case 'fault.healed':
      return detail(
        event.t,
        paint,
        `${paint('magenta', 'fault')} healed: ${first(event.evidence)}`,
      );
    case 'fault.heal-failed':
      return [
        detail(event.t, paint, paint('red', `fault could not be healed: ${visible(event.reason)}`)),
        ...event.commands.map((command) => `              ${visible(command)}`),
      ].join('\n');
    case 'fault.lease-expired':
      return detail(
        event.t,
        paint,
        paint('yellow', 'the fault’s lease ran out: it healed by itself'),
      );
    case 'member.state':
      return ['starting', 'running'].includes(event.state)
        ? undefined
        : detail(event.t, paint, visible(`${event.member} ${event.state} ${event.detail ?? ''}`));
    case 'warning':
      return `  ${paint('yellow', 'warning')} ${visible(event.message)}`;
    case 'verdict':
      return verdictLine(event.verdict, paint);
    default:
      return undefined;
  }
}

export function stepEndLine(
  event: JournalEventOf<'step.ended'>,
  tookMs: number,
  paint: Painter,
): string {
  const mark = event.outcome === 'done' ? paint('green', '✓') : paint('red', '✗');
  const error = event.error === undefined ? '' : `\n      ${paint('red', visible(event.error))}`;
  return `  ${mark} ${visible(event.step)} ${paint('dim', duration(tookMs))}${error}`;
}

function opening(event: JournalEventOf<'run.started'>, paint: Painter): string {
  const { drill, summary, versions, seed, notices } = event;
  return [
    `${paint('bold', visible(drill))} ${visible(summary)}`,
    paint('dim', visible(`etcd ${versions.etcd} (${versions.etcdSource}), seed ${seed}`)),
    ...notices.map((notice) => `${paint('yellow', 'note')} ${visible(notice)}`),
  ].join('\n');
}

function leaderText({ leader, term }: JournalEventOf<'leader'>): string {
  return leader === null ? `no leader (term ${term})` : `${visible(leader)} leads, term ${term}`;
}

function detail(t: number, paint: Painter, text: string): string {
  return `    ${paint('dim', duration(t).padStart(8))}  ${text.trimEnd()}`;
}

function first([evidence = 'no evidence recorded', ...more]: readonly string[]): string {
  return `${visible(evidence)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
}

const marks: Record<Verdict['status'], { style: Style; mark: string }> = {
  held: { style: 'green', mark: '✓ held' },
  violated: { style: 'red', mark: '✗ violated' },
  inconclusive: { style: 'yellow', mark: '? inconclusive' },
  'not-exercised': { style: 'dim', mark: '– not exercised' },
};

const mostViolations = 3;

function verdictLine(verdict: Verdict, paint: Painter): string {
  const { style, mark } = marks[verdict.status];
  const line = `  ${paint(style, mark.padEnd(15))} ${visible(verdict.title)}: ${visible(verdict.summary)}`;
  if (verdict.status !== 'violated') return line;
  const shown = verdict.violations.slice(0, mostViolations);
  const cut = verdict.violations.length - shown.length;
  return [
    line,
    ...shown.map(({ message }) => `                  ${visible(message)}`),
    ...(cut === 0 ? [] : [`                  … and ${cut} more in the report`]),
  ].join('\n');
}
