import { afterEach, expect, test, vi } from 'vitest';
import { fallBehind } from '../../src/actions/fall-behind.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Member } from '../../src/cluster/member.ts';
import { exitCode } from '../../src/errors.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A cluster whose members are at these revisions, as long as nobody writes. */
function membersAt(...revisions: number[]) {
  const members = revisions.map((_, index) => ({
    name: `m${index + 1}`,
    admin: { status: async () => ({ revision: revisions[index] }) },
  })) as unknown as Member[];
  const except = (...not: Member[]): Member[] => members.filter((each) => !not.includes(each));
  const [cut] = members as [Member];
  return { revisions, cut, stage: { cluster: { except } as unknown as Cluster } };
}

test('waits for a write that the member which is cut off lacks, however long nobody leads', async () => {
  vi.useFakeTimers();
  const { revisions, cut, stage } = membersAt(7, 7, 6);
  let behind = false;
  const falling = fallBehind(stage, cut).then(() => (behind = true));
  await vi.advanceTimersByTimeAsync(3000);
  expect(behind).toBe(false);
  revisions[2] = 8;
  await vi.advanceTimersByTimeAsync(100);
  expect(behind).toBe(true);
  await falling;
});

test('is inconclusive where nobody writes', async () => {
  vi.useFakeTimers();
  const { cut, stage } = membersAt(7, 7, 6);
  const falling = expect(fallBehind(stage, cut)).rejects.toMatchObject({
    message: 'A write that m1, which is cut off, lacks did not come within 15 s',
    code: exitCode.inconclusive,
  });
  await vi.advanceTimersByTimeAsync(15_000);
  await falling;
});
