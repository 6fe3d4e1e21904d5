import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import type { Verdict } from '../verdict.ts';

const judged = {
  assertion: 'members-survive',
  title: 'No member ends by itself',
};

/**
 * For what is done to a cluster on purpose: a member is stopped and started, but its etcd never ends
 * of its own accord. Each such end is a violation, with the version it ran (from `version`
 * observations) and why it ended by its own log: a panic stands there as it was printed.
 */
export function membersSurvive(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const states = eventsOf(run, 'member.state');
  const starts = states.filter(({ state }) => state === 'starting').length;
  const ends = states.filter(({ state }) => state === 'exited');
  return conclude(
    judged,
    {
      violations: ends.map(({ t, member, detail }) => ({
        message: `${member}${versionAt(run, member, t)} ended by itself: ${reasonOf(detail)}`,
        moments: [{ t, member, text: 'ended by itself' }],
      })),
      gaps: starts === 0 ? ['the run does not say when members were started'] : [],
      counts: { starts, ends: ends.length },
    },
    `members were started ${count(starts, 'time')}, and none ended by itself`,
  );
}

function versionAt(run: RecordedRun, member: string, t: number): string {
  const last = eventsOf(run, 'observation').findLast(
    (event) => event.name === 'version' && event.member === member && event.t <= t,
  );
  const [started] = eventsOf(run, 'cluster.started');
  const first = started?.members.find(({ name }) => name === member)?.version;
  const version = typeof last?.data['to'] === 'string' ? last.data['to'] : first;
  return version === undefined ? '' : ` (etcd ${version})`;
}

/** The detail is `exit code 2: <line of its log>`; of a line in JSON what it says is told. */
function reasonOf(detail = 'it is not known why'): string {
  const line = detail.replace(/^exit code \d+: /, '');
  const fields = ['msg', 'error', 'panic'].flatMap(
    (name) => new RegExp(`"${name}":("(?:[^"\\\\]|\\\\.)*")`).exec(line)?.[1] ?? [],
  );
  const words = fields.map((field) => JSON.parse(field) as string);
  return words.length === 0 ? line : words.join(': ');
}
