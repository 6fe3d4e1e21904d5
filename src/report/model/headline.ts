import type { Cut } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { recoveriesOf, recoveryTimeMs } from '../../journal/recoveries.ts';
import type { Verdict } from '../../verdict.ts';
import { count, duration } from '../format.ts';
import { deedsOf } from './deeds.ts';
import type { FaultBand } from './faults.ts';
import { byName } from './leadership.ts';
import { membershipOf } from './membership.ts';
import type { RunOutcome } from './outcome.ts';
import type { Step } from './steps.ts';
import { versionChangesOf } from './version-changes.ts';

const mostPhases = 3;

interface Facts {
  readonly run: RecordedRun;
  readonly outcome: RunOutcome;
  readonly verdicts: readonly Verdict[];
  readonly faults: readonly FaultBand[];
  readonly steps: readonly Step[];
  readonly durationMs: number;
}

/** What was broken, who came and went, what became of it, and what the judges found, in a few sentences. */
export function headlineOf(facts: Facts): string {
  return [broken(facts), membershipOf(facts.run), consequences(facts), found(facts)]
    .flatMap((sentence) => (sentence === undefined || sentence === '' ? [] : [ended(sentence)]))
    .join(' ');
}

/** What an assertion or an error says may come without its full stop. */
function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function broken({ run, faults, steps }: Facts): string {
  const [first, ...more] = faults.filter((fault) => fault.state !== 'injecting');
  if (first === undefined)
    return versionChangesOf(run) ?? deedsOf(steps) ?? 'No fault was injected.';
  const lasted = duration(first.endMs - first.startMs);
  const others = more.length === 0 ? '' : ` (and ${count(more.length)} more)`;
  if (first.proof === 'unproved') return `“${first.title}” did not bite${others}.`;
  const healed = first.state === 'heal-failed' ? ', and could not be healed' : '';
  return `${capitalised(whatWasDone(first))} for ${lasted}${others}${healed}.`;
}

/** A cut in two is told as what happened to whom; other faults by their titles. */
function whatWasDone({ cut, targets, title }: FaultBand): string {
  const sides = cut && sidesOf(cut, targets);
  if (!sides) return title;
  const { cutOff, others } = sides;
  const only = cutOff.length === 1;
  const led = cut.leader !== null && cutOff.includes(cut.leader);
  const who = `${led && only ? 'the leader ' : ''}${listed(cutOff)}`;
  const leading = led && !only ? ` (${cut.leader} led)` : '';
  return `${who}${leading} ${only ? 'was' : 'were'} cut off from ${listed(others)}`;
}

/** The first target's side and the other one; nothing where the links do not part two sides. */
function sidesOf({ links }: Cut, targets: readonly string[]) {
  const [first] = targets;
  const others = new Set(
    links
      .filter((link) => link.includes(first ?? ''))
      .flatMap((link) => link.filter((end) => end !== first)),
  );
  const isInTwo = links.every(([from, to]) => others.has(from) !== others.has(to));
  if (others.size === 0 || !isInTwo) return null;
  const cutOff = targets.filter((member) => !others.has(member));
  return { cutOff: cutOff.toSorted(byName), others: [...others].toSorted(byName) };
}

function consequences({ run, faults, verdicts }: Facts): string {
  const [fault] = faults.filter((band) => band.state !== 'injecting');
  if (fault?.proof === 'unproved') return '';
  const elected =
    fault && eventsOf(run, 'elected').find(({ t }) => t >= fault.startMs && t <= fault.endMs);
  const parts = [
    elected && fault && `${elected.member} took over after ${duration(elected.t - fault.startMs)}`,
    fullService(run),
    recovery(verdicts),
    loss(verdicts),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `${capitalised(listed(parts))}.`;
}

/** The phases by their lengths, longest first: where the time went. */
function fullService(run: RecordedRun): string | undefined {
  const recoveries = recoveriesOf(run).filter(({ outcome }) => outcome === 'done');
  const told = recoveries.map((each) => {
    const longest = each.phases
      .map(({ name, startMs, endMs }) => ({ name, tookMs: endMs - startMs }))
      .toSorted((a, b) => b.tookMs - a.tookMs)
      .slice(0, mostPhases)
      .map(({ name, tookMs }) => `${name} ${duration(tookMs)}`);
    const which = recoveries.length === 1 ? '' : `“${each.title}” brought `;
    const back = recoveries.length === 1 ? 'full service was back' : 'full service back';
    return `${which}${back} after ${duration(recoveryTimeMs(each))} (${longest.join(', ')})`;
  });
  return told.length === 0 ? undefined : told.join(', ');
}

function recovery(verdicts: readonly Verdict[]): string | undefined {
  const rto = measurement(verdicts, 'rto.cluster');
  if (rto !== undefined) return `writes were back after ${duration(rto)}`;
  const afterHeal = measurement(verdicts, 'rto.cluster.after-heal');
  return afterHeal === undefined
    ? undefined
    : `writes were back ${duration(afterHeal)} after the heal`;
}

function loss(verdicts: readonly Verdict[]): string | undefined {
  const rpo = measurement(verdicts, 'rpo.writes');
  if (rpo === undefined) return undefined;
  if (rpo === 0) return 'no acknowledged write was lost';
  return rpo === 1
    ? '1 acknowledged write was lost'
    : `${count(rpo)} acknowledged writes were lost`;
}

function measurement(verdicts: readonly Verdict[], name: string): number | undefined {
  return verdicts.flatMap((verdict) => verdict.measurements).find((m) => m.name === name)?.value;
}

function found({ outcome, verdicts, steps, durationMs }: Facts): string {
  const [reason = ''] = outcome.reasons;
  const running = steps.findLast((step) => step.outcome !== 'done')?.name;
  const where = running === undefined ? '' : ` in “${running}”`;
  switch (outcome.kind) {
    case 'held':
      return 'Every promise that was put to the test held.';
    case 'violated':
      return broke(verdicts, reason);
    case 'inconclusive':
      return `This run proves nothing either way: ${undecided(verdicts, reason)}`;
    case 'error':
      return `The run could not go on${where}: ${reason}`;
    case 'interrupted':
      return `The run was interrupted${where} after ${duration(durationMs)}.`;
    case 'unhealed':
      return `Something could not be removed: ${reason}`;
    case 'died':
      return `The runner died${where}: its journal ends after ${duration(durationMs)}, and nothing was judged.`;
  }
}

function broke(verdicts: readonly Verdict[], reason: string): string {
  const violated = verdicts.filter((verdict) => verdict.status === 'violated');
  const [first] = violated;
  if (first === undefined) return `A promise was broken: ${reason}`;
  const share = `${count(violated.length)} of ${count(verdicts.length)}`;
  const were = violated.length === 1 ? 'was' : 'were';
  return `${share} promises ${were} broken: ${first.summary}`;
}

function undecided(verdicts: readonly Verdict[], reason: string): string {
  return verdicts.find((verdict) => verdict.status === 'inconclusive')?.summary ?? reason;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A name with a digit in it is a member's, and those are not capitalised. */
function capitalised(text: string): string {
  return /^\w*\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
