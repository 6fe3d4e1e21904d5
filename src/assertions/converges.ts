import type { JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { votersAt } from './evidence/cluster.ts';
import { conclude } from './evidence/conclude.ts';
import { listOf } from './evidence/describe.ts';

const judged = { assertion: 'converges', title: 'All members end with the same data' };

/**
 * At the end every member is at one revision with one HashKV, by the last `final-state` observation
 * of each. A member that the scenario added counts, one that it removed does not, nor does a learner,
 * which tells no hash. One without a final state is a violation where the journal says that it was
 * down, since it did not come back; otherwise nobody asked it, which is inconclusive. Hashes taken
 * after different compactions cannot be compared.
 */
export function converges(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const states = statesWhenAsked(run);
  const members = votersAt(run, Infinity);
  const finals = finalStates(run).filter(({ member }) => members.includes(member));
  const counts = { members: members.length, finalStates: finals.length };
  const missing = members.filter((name) => !finals.some(({ member }) => member === name));
  const down = missing.filter((member) => isDown(states.get(member)));
  const unasked = missing.filter((member) => !down.includes(member));
  const revisions = disagreement(
    'members differ at the end:',
    finals,
    (state) => `revision ${state.revision}`,
  );
  const comparable = new Set(finals.map(({ compactRevision }) => compactRevision)).size <= 1;
  const hashes = disagreement('HashKV differs:', finals, (state) => `hash ${state.hash}`);
  const [first] = finals;
  return conclude(
    judged,
    {
      violations: [
        ...down.map((member) => `${member} was ${states.get(member)} and did not come back`),
        ...revisions,
        // Hashes of different revisions differ by nature.
        ...(revisions.length === 0 && comparable ? hashes : []),
        ...finals
          .filter(({ healthy }) => !healthy)
          .map(({ member }) => `${member} was not healthy at the end`),
      ].map((message) => ({ message })),
      gaps: [
        ...unasked.map((member) => `${member}'s final state ${whyUnknown(run, member)}`),
        ...(first === undefined && unasked.length === 0 ? ['no final state was recorded'] : []),
        ...(hashes.length > 0 && !comparable
          ? [
              'the members were compacted at different revisions, so their hashes cannot be compared',
            ]
          : []),
      ],
      counts,
    },
    `${listOf(finals.map(({ member }) => member))} ended at revision ${first?.revision} with hash ${first?.hash}`,
  );
}

type MemberState = JournalEventOf<'member.state'>['state'];

/**
 * The last state of each member that changed it, as of the look at the end: what the run's own
 * teardown makes of members afterwards is no way back.
 */
function statesWhenAsked(run: RecordedRun): ReadonlyMap<string, MemberState> {
  const looks = eventsOf(run, 'observation').filter(({ name }) => name === 'final-state');
  const askedMs = looks.at(-1)?.t ?? eventsOf(run, 'load.ended').at(-1)?.t ?? Infinity;
  const before = eventsOf(run, 'member.state').filter(({ t }) => t <= askedMs);
  return new Map(before.map(({ member, state }) => [member, state]));
}

interface FinalState {
  readonly member: string;
  readonly revision: number;
  readonly hash: string;
  readonly compactRevision: number;
  readonly healthy: boolean;
}

/** The last final state of each member, in the order of their names. */
function finalStates(run: RecordedRun): FinalState[] {
  const last = new Map<string, FinalState>();
  for (const observation of eventsOf(run, 'observation')) {
    const state = finalStateOf(observation);
    if (state !== undefined) last.set(state.member, state);
  }
  return [...last.values()].toSorted((one, other) => one.member.localeCompare(other.member));
}

function finalStateOf({
  name,
  member,
  data,
}: JournalEventOf<'observation'>): FinalState | undefined {
  const { revision, hash, compactRevision, healthy } = data;
  if (name !== 'final-state' || member === undefined) return undefined;
  if (typeof revision !== 'number') return undefined;
  if (typeof hash !== 'number' && typeof hash !== 'string') return undefined;
  return {
    member,
    revision,
    hash: String(hash),
    compactRevision: typeof compactRevision === 'number' ? compactRevision : 0,
    healthy: healthy !== false,
  };
}

function whyUnknown(run: RecordedRun, member: string): string {
  const error = eventsOf(run, 'observation').findLast(
    ({ name, member: asked }) => name === 'final-state' && asked === member,
  )?.data['error'];
  return typeof error === 'string' ? `could not be read: ${error}` : 'was not recorded';
}

function isDown(state: MemberState | undefined): boolean {
  return state === 'killed' || state === 'paused' || state === 'stopped' || state === 'exited';
}

/** `members differ at the end: m1 and m2 revision 7, m3 revision 5`; nothing where all agree. */
function disagreement(
  what: string,
  finals: readonly FinalState[],
  say: (state: FinalState) => string,
): string[] {
  const groups = Map.groupBy(finals, say);
  if (groups.size < 2) return [];
  const sides = [...groups].map(
    ([said, states]) => `${listOf(states.map(({ member }) => member))} ${said}`,
  );
  return [`${what} ${sides.join(', ')}`];
}
