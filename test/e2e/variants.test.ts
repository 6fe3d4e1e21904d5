import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { endingWithReasons, startRun } from '../fixtures/drill.ts';

interface Variant {
  readonly title: string;
  readonly words: string;
  readonly members: number;
  /** Members on the side that is cut off. */
  readonly cutOff: number;
  /** Whether the leader is on the smaller side, so that the rest must elect another. */
  readonly elects: boolean;
  readonly etcd?: string;
}

// With more members fewer clients are on the side that goes on: these need the usual 10 s.
const variants: readonly Variant[] = [
  {
    title: 'a follower, from every packet',
    words: '--set hold=6s --set target=follower --set scope=all',
    members: 3,
    cutOff: 1,
    elects: false,
  },
  {
    title: 'a majority of three',
    words: '--set hold=6s --set target=majority',
    members: 3,
    cutOff: 2,
    elects: false,
  },
  {
    title: 'the largest minority of five, with the leader',
    words: '--members 5 --set target=minority',
    members: 5,
    cutOff: 2,
    elects: true,
  },
  { title: 'the leader of seven', words: '--members 7', members: 7, cutOff: 1, elects: true },
  {
    title: 'healed as a real outage heals',
    words: '--set hold=6s --set heal=natural',
    members: 3,
    cutOff: 1,
    elects: true,
  },
  {
    title: 'etcd 3.5',
    words: '--set hold=6s --etcd 3.5.16',
    members: 3,
    cutOff: 1,
    elects: true,
    etcd: '3.5.16',
  },
  {
    title: 'etcd 3.4',
    words: '--set hold=6s --etcd 3.4.23',
    members: 3,
    cutOff: 1,
    elects: true,
    etcd: '3.4.23',
  },
];

describe('`drill run partition` is held for', () => {
  test.each(variants)('$title', async ({ words, members, cutOff, elects, etcd }) => {
    await using run = await startRun(['partition', ...words.split(' ')]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, endingWithReasons(stdout)).toBe(0);
    const json = run.json();
    expect(json.members).toHaveLength(members);
    expect(json.members.every(({ version }) => etcd === undefined || version === etcd)).toBe(true);
    expect(json.faults).toMatchObject([{ state: 'healed', proof: 'proved' }]);
    const cut = run.events().find((event) => event.type === 'fault.injecting')?.cut;
    expect(cut?.links).toHaveLength(2 * cutOff * (members - cutOff));
    const terms = new Set(json.leaders.flatMap(({ leader, term }) => (leader ? [term] : [])));
    expect(terms.size > 1).toBe(elects);
    const exercised = json.verdicts.find(({ assertion }) => assertion === 'exercised');
    expect(exercised?.status).toBe('held');
    const short = exercised?.summary.includes('only 6 s were asked for, less than the usual 10 s');
    expect(short).toBe(words.includes('hold=6s'));
    expect(await onEngine(run.name)).toEqual([]);
  });
});
