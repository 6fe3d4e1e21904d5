import { afterEach, expect, test, vi } from 'vitest';
import { handOver } from '../../src/actions/hand-over.ts';
import type { Member } from '../../src/cluster/member.ts';
import { exitCode } from '../../src/errors.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** m1 leads; what becomes of each MoveLeader says who leads after it, or that it is not answered. */
function cluster(...answers: readonly ('m1' | 'm2' | 'm3' | 'late')[]) {
  let leading = 'm1';
  let asked = 0;
  const asks: string[] = [];
  const members: Record<string, Member> = {};
  for (const name of ['m1', 'm2', 'm3'])
    members[name] = {
      name,
      admin: {
        status: async () => ({ memberId: name, leader: leading }),
        moveLeader: async (to: string) => {
          asks.push(`${name} to ${to}`);
          const answer = answers[asked++] ?? 'late';
          if (answer === 'late') throw new Error('deadline exceeded');
          leading = answer;
        },
      },
    } as unknown as Member;
  const view = () => ({ leader: leading, term: 2 });
  const member = (name: string): Member => members[name] as Member;
  const [m1, m2] = [members['m1'], members['m2']] as [Member, Member];
  return { asks, m1, m2, cluster: { view, member } };
}

test('hands over once where that is all it takes', async () => {
  const { asks, m2, cluster: three } = cluster('m2');
  expect(await handOver(three, m2)).toEqual({ asked: 1 });
  expect(asks).toEqual(['m1 to m2']);
});

test('asks again where a transfer came to nothing, and whoever leads by then', async () => {
  const { asks, m2, cluster: three } = cluster('late', 'm3', 'm2');
  expect(await handOver(three, m2)).toEqual({ asked: 3 });
  expect(asks).toEqual(['m1 to m2', 'm1 to m2', 'm3 to m2']);
});

test('asks for nothing where the heir leads already', async () => {
  const { asks, m1, cluster: three } = cluster();
  expect(await handOver(three, m1)).toEqual({ asked: 0 });
  expect(asks).toEqual([]);
});

test('is content with anybody else where one is only to give it up', async () => {
  const { asks, m1, m2, cluster: three } = cluster('m3');
  expect(await handOver(three, m2, { from: m1 })).toEqual({ asked: 1 });
  expect(asks).toEqual(['m1 to m2']);
});

test('ends as it was told to where nothing comes of it', async () => {
  vi.useFakeTimers();
  const { m2, cluster: three } = cluster();
  const refused = expect(handOver(three, m2, { code: exitCode.violated })).rejects.toMatchObject({
    message: 'm2 as the leader did not come within 10 s: deadline exceeded',
    code: exitCode.violated,
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
});

test('waits while nobody leads, and asks for nothing', async () => {
  vi.useFakeTimers();
  const { asks, m2, cluster: three } = cluster();
  const view = () => ({ leader: null, term: 3 });
  const refused = expect(handOver({ ...three, view }, m2)).rejects.toMatchObject({
    message: 'm2 as the leader did not come within 10 s',
    code: exitCode.inconclusive,
  });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(asks).toEqual([]);
});
