import { randomInt } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exitCode } from '../src/errors.ts';
import type { JournalEvent } from '../src/journal/events.ts';
import { type Run, drill, startRun } from '../test/fixtures/drill.ts';
import { type Observer, difference } from '../test/fixtures/observer.ts';
import { journalShows } from './journal-shows.ts';
import type { Moment, PlannedKill } from './kill-plan.ts';

/** What came of a run whose runner was to be killed. */
export type Kill = PlannedKill & (Spared | (Killed & Seen));

/** It ended by itself, or was killed outside of its fault's life; why. */
type Spared = { readonly state: 'missed' | 'refused'; readonly why: string };

interface Killed {
  /** The moment its fault was in, perhaps another than planned. */
  readonly struck: Moment;
  /** What was on the engine and its host after `drill clean`. */
  readonly leftovers: readonly string[];
}

/** What was seen from outside; `differs` is what was not as before when the lease's time was up. */
type Seen =
  | { readonly state: 'healed'; readonly healedMs: number }
  | { readonly state: 'left-on'; readonly differs: readonly string[] };

/** What the lease promises, from the death of the runner. */
const leaseMs = 10_000;
const lookEveryMs = 1500;
const file = fileURLToPath(new URL('kill-drill.ts', import.meta.url));

/** The event that each moment begins with, and how long after it the runner is killed at most. */
const begins = {
  inject: { event: 'fault.injecting', atMostMs: 20 },
  prove: { event: 'fault.injected', atMostMs: 30 },
  hold: { event: 'fault.proved', atMostMs: 1000 },
  heal: { event: 'fault.healing', atMostMs: 20 },
} as const;

/**
 * Kills the runner of a whole run with `kill -9` while its fault is in the planned moment, watches from
 * outside for the time of a lease whether the fault comes off, and lets `drill clean` remove the run.
 */
export async function killOnce(planned: PlannedKill, observer: Observer): Promise<Kill> {
  const hold = planned.moment === 'heal' ? '300ms' : '60s';
  const settings = [`fault=${planned.fault}`, `hold=${hold}`];
  if (observer.host.includes('device-mapper')) settings.push('mapper=true');
  const words = settings.flatMap((each) => ['--set', each]);
  // An engine on another host needs an address of its own for what it publishes.
  const publish = process.env['DRILL_TEST_PUBLISH'];
  if (publish !== undefined) words.push('--publish', publish);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-kill-'));
  const env = { DRILL_SOAK_BEGIN: join(folder.path, 'begin') };
  await using run = await startRun([file, ...words, '--reporter', 'json'], { env });
  try {
    // Once the steady state is proven: of a program that has only begun, no look says that it runs.
    await journalShows(run, 'step.ended');
    const look = (): Promise<string[]> => observer.observe(run.name);
    const before = run.running() ? await look() : [];
    await writeFile(env.DRILL_SOAK_BEGIN, '');
    await journalShows(run, begins[planned.moment].event);
    await pause(randomInt(begins[planned.moment].atMostMs));
    if (!run.running()) return { ...planned, ...(await endedItself(run)) };
    run.signal('SIGKILL');
    const killedAt = performance.now();
    await run.ended;
    const struck = momentOf(run.events());
    if (struck === undefined)
      return { ...planned, state: 'missed', why: `killed after ${lastOfFault(run.events())}` };

    const seen = await watchLease(before, look, killedAt);
    const cleaned = await drill(['clean', run.name]);
    const leftovers = await observer.left(run.name);
    if (cleaned.exitCode !== exitCode.held) leftovers.push(cleaned.stderr);
    return { ...planned, ...seen, struck, leftovers };
  } finally {
    if ((await observer.left(run.name)).length > 0) await drill(['clean', run.name]);
  }
}

/** The moment that the fault was in when its journal ended; undefined before and after its life. */
function momentOf(events: readonly JournalEvent[]): Moment | undefined {
  const last = lastOfFault(events);
  return (Object.keys(begins) as Moment[]).find((moment) => begins[moment].event === last);
}

const lastOfFault = (events: readonly JournalEvent[]): string | undefined =>
  events.findLast(({ type }) => type.startsWith('fault.'))?.type;

async function endedItself(run: Run): Promise<Spared> {
  const ended = await run.ended;
  const { reasons } = run.json();
  return ended.exitCode === exitCode.couldNotRun
    ? { state: 'refused', why: reasons.join('; ') }
    : { state: 'missed', why: `exit ${String(ended.exitCode)}: ${reasons.join('; ')}` };
}

/** Looks to the end of the lease, whatever is seen: what the dead runner had asked for may still come. */
async function watchLease(
  before: readonly string[],
  look: () => Promise<string[]>,
  killedAt: number,
): Promise<Seen> {
  let differs: string[] = [];
  let healedMs = 0;
  do {
    await pause(lookEveryMs);
    const differed = differs.length > 0;
    differs = difference(before, await look());
    if (differed && differs.length === 0) healedMs = performance.now() - killedAt;
  } while (performance.now() - killedAt < leaseMs);
  return differs.length > 0 ? { state: 'left-on', differs } : { state: 'healed', healedMs };
}
