import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/history/operation.ts';
import { probePrefix, startProbe } from '../../src/runner/probe.ts';
import { proveSteadyState } from '../../src/runner/steady-state.ts';
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

describe('the steady state', { timeout: 30_000 }, () => {
  test('takes its time of one leader and acknowledged writes', async () => {
    const startedAt = performance.now();
    await proveSteadyState(pods.cluster, working(), 2000, never);
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
  });

  test('a load that acknowledges nothing is not steady, so nothing may be injected', async () => {
    await expect(proveSteadyState(pods.cluster, idle, 2000, never)).rejects.toMatchObject({
      name: 'DrillError',
      code: 2,
      message:
        'The cluster was not in a steady state before the fault (no write was acknowledged for a second), so nothing was injected. Is the machine overloaded? Compare `drill doctor`.',
    });
  });

  test('a leader that is killed meanwhile is not steady either', async () => {
    const leader = await pods.cluster.leader();
    const proof = proveSteadyState(pods.cluster, working(), 5000, never);
    const refused = expect(proof).rejects.toMatchObject({
      code: 2,
      message: expect.stringMatching(
        new RegExp(`\\(the leader changed from ${leader.name} \\(term \\d+\\) to `),
      ) as string,
    });
    await leader.kill();
    await refused;
    await leader.start();
    await pods.cluster.converges({ within: '15s' });
  });

  test('an abort ends it', async () => {
    const stopping = new AbortController();
    const proof = proveSteadyState(pods.cluster, working(), 2000, stopping.signal);
    const ended = expect(proof).rejects.toMatchObject({ name: 'AbortError' });
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
