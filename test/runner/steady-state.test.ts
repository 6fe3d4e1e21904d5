import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import { probePrefix, startProbe } from '../../src/runner/probe.ts';
import { type Progress, proveSteadyState } from '../../src/runner/steady-state.ts';
import { type Pods, startPods } from '../fixtures/pods.ts';

let pods: Pods;
beforeAll(async () => {
  pods = await startPods({}, { name: 'steady' });
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

const never = new AbortController().signal;
/** A load that acknowledges a write whenever it is looked at. */
const working = () => {
  let acknowledgedWrites = 0;
  return () => ({ acknowledgedWrites: acknowledgedWrites++ });
};

const idle = () => ({ acknowledgedWrites: 17 });

/** As long as is asked for; `told` has why it was begun anew. */
function asked(progress: () => Progress, steadyMs: number, signal = never) {
  const told: string[] = [];
  return { told, steady: { progress, steadyMs, signal, warn: (why: string) => told.push(why) } };
}

describe('the steady state', { timeout: 40_000 }, () => {
  test('takes its time of one leader and acknowledged writes', async () => {
    const { told, steady } = asked(working(), 2000);
    const startedAt = performance.now();
    await proveSteadyState(pods.cluster, steady);
    if (told.length === 0) expect(performance.now() - startedAt).toBeGreaterThan(1900);
  });

  test('a load that acknowledges nothing is not steady, so nothing may be injected', async () => {
    const { steady } = asked(idle, 2000);
    await expect(proveSteadyState(pods.cluster, steady)).rejects.toMatchObject({
      name: 'DrillError',
      code: 2,
      message:
        'The cluster was not in a steady state before the fault (no write was acknowledged for a second), so nothing was injected. Is the machine overloaded? Compare `drill doctor`.',
    });
  });

  test('a leader that is killed meanwhile is not steady, and begins its time anew', async () => {
    const leader = await pods.cluster.leader();
    const { told, steady } = asked(working(), 3000);
    const proof = proveSteadyState(pods.cluster, steady);
    await leader.kill();
    await proof;
    expect(told[0]).toMatch(
      new RegExp(
        `^the cluster was not in a steady state yet \\(the leader changed from ${leader.name} \\(term \\d+\\) to .+\\), and is given time for it$`,
      ),
    );
    expect(pods.cluster.view().leader).not.toBe(leader.name);
    await leader.start();
    await pods.cluster.converges({ within: '15s' });
  });

  test('a cluster that stays without a leader is none, though its load goes on', async () => {
    const { told, steady } = asked(working(), 2000);
    const view = () => ({ leader: null, term: 3 });
    await expect(proveSteadyState({ view }, steady)).rejects.toThrow(
      'not in a steady state before the fault (no leader is named by a majority)',
    );
    expect(told).toHaveLength(1);
  });

  test('an abort ends it', async () => {
    const stopping = new AbortController();
    const { steady } = asked(working(), 2000, stopping.signal);
    const ended = expect(proveSteadyState(pods.cluster, steady)).rejects.toMatchObject({
      name: 'AbortError',
    });
    stopping.abort();
    await ended;
  });
});

describe('a probe', { timeout: 30_000 }, () => {
  test('asks each member for a put, a read and a serializable read, as operations of their own clients', async () => {
    const recorded: Operation[] = [];
    {
      await using _ = startProbe(
        pods.cluster.members,
        () => performance.now(),
        (operation) => recorded.push(operation),
      );
      await expect.poll(() => recorded.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(18);
    }
    const count = recorded.length;
    const kinds = new Set(
      recorded.map(({ member, request }) => {
        expect('key' in request && request.key).toBe(`${probePrefix}${member}`);
        const serializable = request.kind === 'range' && request.serializable === true;
        return `${member} ${request.kind}${serializable ? ' serializable' : ''}`;
      }),
    );
    expect([...kinds].toSorted()).toEqual(
      ['m1', 'm2', 'm3'].flatMap((name) => [
        `${name} put`,
        `${name} range`,
        `${name} range serializable`,
      ]),
    );
    expect(recorded.every(({ outcome }) => outcome.status === 'ok')).toBe(true);
    expect(new Set(recorded.map(({ client }) => client)).size).toBe(count);
    const values = recorded.flatMap(({ request }) =>
      request.kind === 'put' ? [request.value] : [],
    );
    expect(new Set(values).size).toBe(values.length);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(recorded).toHaveLength(count); // nothing is asked once it is disposed of
  });
});
