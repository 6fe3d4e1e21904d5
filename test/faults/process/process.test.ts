import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import { FaultUnproved } from '../../../src/faults/fault.ts';
import { crashLoop } from '../../../src/faults/process/crash-loop.ts';
import { kill } from '../../../src/faults/process/kill.ts';
import { pause } from '../../../src/faults/process/pause.ts';
import { slowStart } from '../../../src/faults/process/slow-start.ts';
import { stop } from '../../../src/faults/process/stop.ts';
import { wrongFlag } from '../../../src/faults/process/wrong-flag.ts';
import { docker } from '../../fixtures/docker.ts';
import { leaseRunsOut, live, prepared } from '../../fixtures/fault-life.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  pods = await startPods({ members: 1 }, { name: 'process' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

/** What the engine says of etcd's container, asked with its own command. */
const engineSays = (format: string): Promise<string> =>
  docker(['inspect', '--format', `{{${format}}}`, m1.etcdContainer]);
const statesSince = (since: number): string[] =>
  pods.events.slice(since).flatMap((event) => (event.type === 'member.state' ? [event.state] : []));

const gone = 'm1 has no etcd process in its pod, and answers no request';
const back = /^m1 runs as process \d+ of its pod and listens on port 2380$/;

describe.each([
  ['kill', () => kill([m1]), '137', ['killed', 'starting', 'running']],
  ['stop', () => stop([m1]), '143', ['stopped', 'starting', 'running']],
  ['slow-start', () => slowStart(m1, { delay: '1s' }), '143', ['stopped', 'starting', 'running']],
  [
    'wrong-flag',
    () => wrongFlag(m1),
    '2',
    ['stopped', 'starting', 'running', 'exited', 'starting', 'running'],
  ],
] as const)('%s', (_, make, code, states) => {
  test('takes the process away, and brings it back', async () => {
    const since = pods.events.length;
    const { proof, healed } = await live(make(), async () => {
      expect(await engineSays('.State.Running')).toBe('false');
      expect(await engineSays('.State.ExitCode')).toBe(code);
    });
    expect(proof).toEqual([gone]);
    expect(healed).toEqual([expect.stringMatching(back)]);
    expect(statesSince(since)).toEqual(states);
    expect(await engineSays('.Config.Entrypoint')).not.toContain('perhaps');
    expect((await m1.health()).healthy).toBe(true);
  }, 40_000);
});

test('a kill that something undoes is no longer proved', async () => {
  const phases = await prepared(kill([m1]));
  await phases.inject();
  await phases.prove();
  await m1.start();
  await expect(phases.stillBites()).rejects.toThrow(
    /^etcd of m1 runs again, as process \d+ of its pod$/,
  );
  await phases.heal();
  await phases.proveHealed();
}, 40_000);

test('a kill that did not happen is not proved', async () => {
  const phases = await prepared(kill([m1]));
  await expect(phases.prove()).rejects.toThrow("The end of m1's process did not come within 5 s");
}, 40_000);

test('what to do by hand against a wrong flag does it, and undoes it', async () => {
  const phases = await prepared(wrongFlag(m1));
  const byHand = async ([command = '']: readonly string[]) => execa('bash', ['-c', command]);
  await byHand(phases.commands.inject);
  await expect.poll(() => engineSays('.State.ExitCode'), { timeout: 10_000 }).toBe('2');
  await byHand(phases.commands.heal);
  await expect.poll(async () => (await m1.health()).healthy, { timeout: 10_000 }).toBe(true);
  await m1.restart(); // its container is another now than the one that drill made
}, 40_000);

test('a slow start slower than an undo may be is refused', () => {
  expect(() => slowStart(m1, { delay: '31s' })).toThrow(
    'slow-start waits 31 s, more than the 30 s that healing may take: choose a shorter delay.',
  );
});

describe.each(['signal', 'freezer'] as const)('pause by %s', (means) => {
  test('the process stands still, and goes on', async () => {
    const since = pods.events.length;
    const pid = Number(await engineSays('.State.Pid'));
    const { proof } = await live(pause([m1], { means }), async () => {
      expect(await engineSays('.State.Running')).toBe('true');
      expect((await m1.health()).healthy).toBe(false);
    });
    expect(proof).toEqual([expect.stringMatching(/, and m1 answers no request$/)]);
    expect(Number(await engineSays('.State.Pid'))).toBe(pid);
    expect(statesSince(since)).toEqual(['paused', 'running']);
    expect((await m1.health()).healthy).toBe(true);
  }, 40_000);

  test('comes off with the lease, twice, and is noticed', async () => {
    const phases = await prepared(pause([m1], { means }));
    await expect(phases.prove()).rejects.toThrow(FaultUnproved);
    await phases.inject();
    await leaseRunsOut(phases);
    await leaseRunsOut(phases);
    await expect(phases.stillBites()).rejects.toThrow('m1 does not stand still any more');
    expect((await m1.health()).healthy).toBe(true);
    await phases.heal();
    await phases.proveHealed();
  }, 40_000);
});

test('crash-loop: killed and started again and again, until healed', async () => {
  const since = pods.events.length;
  const { proof } = await live(crashLoop(m1, { every: '200ms' }));
  expect(proof).toEqual([
    expect.stringMatching(/^m1 crashed and was started again, \d+ times so far$/),
  ]);
  expect(statesSince(since).filter((state) => state === 'killed').length).toBeGreaterThan(1);
  const after = pods.events.length;
  expect((await m1.health()).healthy).toBe(true);
  expect(statesSince(after)).toEqual([]);
}, 40_000);

test('a member that does not run, and nobody, are refused', async () => {
  await m1.kill();
  await expect(prepared(pause([m1]))).rejects.toThrow(
    'pause needs a running etcd, but m1 is killed: start it first, or choose another member.',
  );
  await m1.start();
  await expect(prepared(kill([]))).rejects.toThrow(
    'kill needs a member to act on, but got none: name one.',
  );
}, 40_000);
