import { epochAt, epochTitle } from '../history/epoch.ts';
import type { JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict, Violation } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { atTime, count, listOf } from './evidence/describe.ts';

const judged = { assertion: 'one-leader-per-term', title: 'No term has two leaders' };

/**
 * Raft's election safety. The members' logs are the record ("became leader at term N"). What
 * members say in their status only shows whether that record is complete: leader and term are read
 * there one after the other and may not belong together, so two such answers prove no second leader.
 * Every leader and term that most members named must be in the logs; of one member's word, the leader.
 * A restored cluster begins its terms anew, so each epoch is judged by its own elections.
 */
export function oneLeaderPerTerm(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const elections = eventsOf(run, 'elected');
  const starts = run.history.epochStarts ?? [];
  const violations: Violation[] = [];
  let terms = 0;
  for (const [epoch, ofEpoch] of Map.groupBy(elections, ({ t }) => epochAt(starts, t))) {
    const where = starts.length === 0 ? '' : `in ${epochTitle(epoch, starts[epoch - 2])}, `;
    const byTerm = Map.groupBy(ofEpoch, ({ term }) => term);
    terms += byTerm.size;
    for (const [term, elected] of byTerm) violations.push(...rivals(where, term, elected));
  }
  const gaps =
    elections.length === 0 ? ['no election was recorded'] : unloggedLeaders(run, elections);
  return conclude(
    judged,
    { violations, gaps, counts: { elections: elections.length, terms } },
    `${count(elections.length, 'election')} in ${count(terms, 'term')}, never two leaders in one`,
  );
}

function rivals(
  where: string,
  term: number,
  elected: readonly JournalEventOf<'elected'>[],
): Violation[] {
  const leaders = [...new Set(elected.map(({ member }) => member))];
  if (leaders.length < 2) return [];
  const times = leaders.map((leader) => elected.find(({ member }) => member === leader)?.t ?? 0);
  return [
    {
      message: `${where}${listOf(leaders)} were ${leaders.length === 2 ? 'both' : 'all'} elected at term ${term}, ${listOf(times.map(atTime))}`,
    },
  ];
}

/** Leaders that were named and whose election is in no log: the record has holes. */
function unloggedLeaders(
  { events, history: { epochStarts = [] } }: RecordedRun,
  elections: readonly JournalEventOf<'elected'>[],
): string[] {
  const named = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'view' && event.type !== 'leader') continue;
    const { leader, term } = event;
    if (leader === null) continue;
    const epoch = epochAt(epochStarts, event.t);
    const own = elections.filter(
      ({ member, t }) => member === leader && epochAt(epochStarts, t) === epoch,
    );
    const logged = event.type === 'view' ? own.length > 0 : own.some((one) => explains(one, event));
    if (logged) continue;
    const key = event.type === 'view' ? leader : `${leader} ${term}`;
    if (named.has(`${epoch} ${key}`) || named.has(`${epoch} ${leader}`)) continue;
    const witness = event.type === 'view' ? event.member : 'the majority view';
    named.set(
      `${epoch} ${key}`,
      `${witness} named ${leader} as leader at term ${term}, but no log tells of its election`,
    );
  }
  return [...named.values()];
}

/** How much later than a member's status its log may be read. */
const logTrailsMs = 1000;

/**
 * Whether an election is what most members saw: at its term, or, as a status has the new leader
 * before it has the term, at an earlier one once that election had come.
 */
function explains(elected: JournalEventOf<'elected'>, seen: JournalEventOf<'leader'>): boolean {
  if (elected.term === seen.term) return true;
  return elected.term > seen.term && elected.t <= seen.t + logTrailsMs;
}
