import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { startRun } from '../fixtures/drill.ts';

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

const variants: readonly Variant[] = [
  { title: 'a follower, from every packet', words: '--set target=follower --set scope=all', members: 3, cutOff: 1, elects: false }, // prettier-ignore
  { title: 'a majority of three', words: '--set target=majority', members: 3, cutOff: 2, elects: false }, // prettier-ignore
  { title: 'the largest minority of five, with the leader', words: '--members 5 --set target=minority', members: 5, cutOff: 2, elects: true }, // prettier-ignore
  { title: 'the leader of seven', words: '--members 7', members: 7, cutOff: 1, elects: true },
  { title: 'healed as a real outage heals', words: '--set heal=natural', members: 3, cutOff: 1, elects: true }, // prettier-ignore
  { title: 'etcd 3.5', words: '--etcd 3.5.16', members: 3, cutOff: 1, elects: true, etcd: '3.5.16' }, // prettier-ignore
  { title: 'etcd 3.4', words: '--etcd 3.4.23', members: 3, cutOff: 1, elects: true, etcd: '3.4.23' }, // prettier-ignore
];

describe('`drill run partition` is held for', () => {
  test.each(variants)('$title', async ({ words, members, cutOff, elects, etcd }) => {
    await using run = await startRun(['partition', '--set', 'hold=6s', ...words.split(' ')]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(0);
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
    expect(exercised?.summary).toContain('only 6 s were asked for, less than the usual 10 s');
    expect(await onEngine(run.name)).toEqual([]);
  });
});
