import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { clearForUpgrade } from '../../src/actions/clear-for-upgrade.ts';
import type { UpgradeStage } from '../../src/actions/upgrade-member.ts';
import { exitCode } from '../../src/errors.ts';

const server = createServer((_, response) =>
  response.end(JSON.stringify({ etcdserver: '3.5.35', etcdcluster: '3.5.0' })),
);
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)));
afterAll(() => new Promise<unknown>((closed) => server.close(closed)));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A member of 3.5.35 that knows of no leader in its first `leaderless` answers. */
function stageOf(leaderless: number) {
  let asked = 0;
  const observed: string[] = [];
  const status = async () => ({
    memberId: 'a',
    version: '3.5.35',
    isLearner: false,
    dbSizeBytes: 1,
    errors: [],
    ...(++asked > leaderless && { leader: 'a' }),
  });
  const clientAddress = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const member = { name: 'm1', clientAddress, admin: { status, alarms: async () => [] } };
  const stage = {
    cluster: { members: [member] },
    load: { run: async () => void vi.advanceTimersByTime(500) },
    observe: (name: string, { rule }: { rule: string }) => observed.push(`${name}: ${rule}`),
    step: (_: string, body: () => Promise<unknown>) => body(),
  } as unknown as UpgradeStage;
  return { stage, observed, timesAsked: () => asked };
}

const history = { oldEntriesUpTo: 0, promoted: [] };
const pace = {} as Parameters<typeof clearForUpgrade>[3];
const clear = (stage: UpgradeStage, to: string) => clearForUpgrade(stage, to, history, pace);

test('a member that knows no leader for a moment is asked again, and the record says so', async () => {
  const { stage, observed, timesAsked } = stageOf(2);
  await clear(stage, '3.6.16');
  expect(timesAsked()).toBe(3);
  expect(observed).toEqual(['pre-flight-again: unwell']);
});

test('one that stays without is a reason to refuse, after 15 s', async () => {
  const { stage, observed, timesAsked } = stageOf(Infinity);
  await expect(clear(stage, '3.6.16')).rejects.toMatchObject({
    message: expect.stringContaining(
      'The pre-flight refuses the change to 3.6.16:\n  m1 is not healthy (it knows of no leader).',
    ) as string,
    code: exitCode.couldNotRun,
  });
  expect(timesAsked()).toBe(31);
  expect(observed).toEqual(['pre-flight-again: unwell', 'pre-flight: unwell']);
});

test('what does not pass by itself is refused at once', async () => {
  const { stage, observed, timesAsked } = stageOf(0);
  await expect(clear(stage, '3.7.3')).rejects.toThrow('The pre-flight refuses the change to 3.7.3');
  expect(timesAsked()).toBe(1);
  expect(observed).toContain('pre-flight: skipped-minor');
});
