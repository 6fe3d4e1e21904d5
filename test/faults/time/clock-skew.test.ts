import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import { FaultUnproved } from '../../../src/faults/fault.ts';
import { seeProcess } from '../../../src/faults/process/etcd-process.ts';
import { clockSkew } from '../../../src/faults/time/clock-skew.ts';
import { leaseRunsOut, live, prepared } from '../../fixtures/fault-life.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  pods = await startPods({ members: 1 }, { name: 'clock' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

/** When etcd dates the last line of its log, which a compaction makes it write. */
async function loggedMs(): Promise<number> {
  const put = await m1.client.perform({ kind: 'put', key: 'k', value: 'v' }, { deadlineMs: 3000 });
  if (put.status !== 'ok' || put.result.kind !== 'put') throw new Error('no put');
  const request = { kind: 'compact', revision: put.result.revision } as const;
  await m1.client.perform(request, { deadlineMs: 3000 });
  const log = (): string => readFileSync(join(pods.logFolder, 'm1.log'), 'utf8');
  const line = `"revision":${put.result.revision}`;
  await expect.poll(log, { timeout: 5000 }).toContain(line);
  const [last = '{}'] = log().split('\n').filter((each) => each.includes(line)); // prettier-ignore
  return Date.parse((JSON.parse(last) as { ts: string }).ts);
}

test.each([
  ['ahead', 3600],
  ['behind', -3600],
] as const)(
  'an hour %s: etcd dates answers and log so, and as before afterwards',
  async (direction, byS) => {
    const { proof } = await live(clockSkew(m1, { by: '1h', direction }), async () => {
      expect(Math.abs((await loggedMs()) - Date.now() - byS * 1000)).toBeLessThan(5000);
      // Nobody else's clock: the sidecar shares etcd's processes and network.
      const sidecar = Number(await m1.session.must('date +%s')) * 1000;
      expect(Math.abs(sidecar - Date.now())).toBeLessThan(5000);
    });
    const how = direction === 'ahead' ? 'later' : 'earlier';
    expect(proof).toEqual([
      expect.stringMatching(`^m1 dates its answers \\d+ s ${how} than before$`),
    ]);
    expect(Math.abs((await loggedMs()) - Date.now())).toBeLessThan(5000);
  },
  40_000,
);

test('comes off with the lease, twice, and is noticed', async () => {
  const phases = await prepared(clockSkew(m1, { by: '1h' }));
  await expect(phases.prove()).rejects.toThrow(FaultUnproved);
  await phases.inject();
  await leaseRunsOut(phases);
  await leaseRunsOut(phases);
  await expect(phases.stillBites()).rejects.toThrow('the clock of m1 is not skewed: plain');
  expect(await phases.proveHealed()).toHaveLength(1);
}, 40_000);

test('a process that was left stopped in between goes on with the undo, and one of somebody else does not', async () => {
  const phases = await prepared(clockSkew(m1, { by: '1h' }));
  const { session } = await m1.tools('processes');
  const [, stopped = ''] = / (\S+[.]stopped)$/m.exec([...phases.undoScripts.values()].join()) ?? [];
  const state = async (): Promise<string> => (await seeProcess(m1)).state;
  await m1.session.must('pkill -STOP -x etcd');
  await leaseRunsOut(phases);
  expect(await state()).toBe('stopped');
  // As a skew leaves it that is killed before it lets the process go.
  await session.must(`touch ${stopped}`);
  await leaseRunsOut(phases);
  expect(await state()).toBe('running');
  expect((await session.run(`ls ${stopped}`)).code).not.toBe(0);
  await m1.session.must('pkill -STOP -x etcd');
  await phases.inject();
  expect(await state()).toBe('stopped');
  await m1.session.must('pkill -CONT -x etcd');
  await phases.heal();
}, 40_000);

test('ends with the process, whatever has its number afterwards', async () => {
  const phases = await prepared(clockSkew(m1, { by: '1h' }));
  await phases.inject();
  await m1.restart();
  await expect(phases.stillBites()).rejects.toThrow(
    /^the clock of m1 is not skewed: process \d+ is gone$/,
  );
  await phases.heal();
  expect(await phases.proveHealed()).toEqual(['etcd of m1 that was skewed has ended']);
}, 40_000);

test('less than can be told from an answer is refused', () => {
  expect(() => clockSkew(m1, { by: '3s' })).toThrow(
    'clock-skew by 3 s: expected whole seconds, more than 4',
  );
});
