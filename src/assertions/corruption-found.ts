import type { JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { formatDuration } from '../duration.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { faultWindows } from './evidence/fault-windows.ts';

const judged = {
  assertion: 'corruption-found',
  title: 'etcd notices that a file of a member was damaged',
};

const damages = ['bit-flip', 'truncate'];

/**
 * After every proven damage to a member's files etcd says so: the member ends by itself (it refused
 * to start, or fell over it), or an alarm CORRUPT names it (`alarm` observations: `alarm`, of the
 * member). What goes unnoticed is served as if it were right, so it is a violation. The time counts
 * from the member's next start, or from the damage where it went on running.
 */
export function corruptionFound(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const windows = faultWindows(run);
  const injections = eventsOf(run, 'fault.injecting').filter(({ name }) => damages.includes(name));
  if (injections.length === 0) return notExercised(judged, 'no file of a member was damaged');
  const gaps: string[] = [];
  const unnoticed: string[] = [];
  const found: { readonly text: string; readonly tookMs: number }[] = [];
  for (const { fault, title, targets } of injections) {
    const window = windows.find((each) => each.fault === fault);
    if (window === undefined || window.doubts.length > 0) {
      gaps.push(...(window?.doubts ?? [`"${title}" was never seen to begin`]));
      continue;
    }
    for (const member of targets) {
      const notice = firstNotice(run, member, window.injectedMs);
      if (notice === undefined) unnoticed.push(`etcd never noticed "${title}"`);
      else found.push({ ...notice, text: `"${title}" was noticed: ${notice.text}` });
    }
  }
  return conclude(
    judged,
    {
      violations: unnoticed.map((message) => ({ message })),
      gaps,
      counts: { damaged: injections.length, noticed: found.length },
      measurements: found.map(({ tookMs }) => noticedAfter(tookMs)),
    },
    found.map(({ text, tookMs }) => `${text}, after ${formatDuration(tookMs)}`).join('; '),
  );
}

function firstNotice(
  run: RecordedRun,
  member: string,
  sinceMs: number,
): { text: string; tookMs: number } | undefined {
  const notice = run.events.find((event) => event.t >= sinceMs && tells(event, member));
  if (notice === undefined) return undefined;
  const started = eventsOf(run, 'member.state').findLast(
    (event) =>
      event.member === member &&
      event.state === 'starting' &&
      event.t >= sinceMs &&
      event.t <= notice.t,
  );
  const text =
    notice.type === 'member.state'
      ? `${member} ended by itself${lastWords(notice.detail ?? '')}`
      : `an alarm CORRUPT names ${member}`;
  return { text, tookMs: notice.t - (started?.t ?? sinceMs) };
}

/** The state's detail ends with the last line of the log, as etcd wrote it. */
function lastWords(detail: string): string {
  const words = /"error":"([^"]+)"/.exec(detail) ?? /"msg":"([^"]+)"/.exec(detail);
  return words ? ` ("${words[1]}")` : '';
}

function tells(
  event: RecordedRun['events'][number],
  member: string,
): event is JournalEventOf<'member.state'> | JournalEventOf<'observation'> {
  if (event.type === 'member.state') return event.member === member && event.state === 'exited';
  if (event.type !== 'observation' || event.name !== 'alarm') return false;
  return event.member === member && event.data['alarm'] === 'CORRUPT';
}

const noticedAfter = (value: number): Measurement => ({
  name: 'corruption.found',
  label: 'Time until etcd noticed the damage',
  value,
  unit: 'ms',
});
