import { expect, test } from 'vitest';
import { echo, echoesOf, medianRttMs } from '../../../src/faults/network/echo.ts';

test('echoes that came back late, twice, in another order and not at all are told apart', () => {
  const [address, echoes] = echoesOf('10.0.0.2 4 0:1000:1500 2:3000:3200 1:2000:3400 2:3000:3600');
  expect(address).toBe('10.0.0.2');
  expect(echoes).toEqual({
    sent: 4,
    answered: 3,
    duplicates: 1,
    overtaken: 1,
    rttsMs: [0.2, 0.5, 1.4],
    tookMs: 2.6,
  });
  expect(medianRttMs(echoes)).toBe(0.5);
});

test('of a link that is cut nothing came back', () => {
  const [, echoes] = echoesOf('10.0.0.2 3');
  expect(echoes).toMatchObject({ sent: 3, answered: 0, rttsMs: [], tookMs: 0 });
  expect(medianRttMs(echoes)).toBeUndefined();
});

test('echoes that are waited for long do not break the session', async () => {
  let deadline: number | undefined;
  const must = async (_script: string, deadlineMs?: number): Promise<string> => {
    deadline = deadlineMs;
    return '10.0.0.2 10\n';
  };
  const session = { must, run: neverRun, [Symbol.asyncDispose]: neverRun };
  const from = { name: 'm1', address: '10.0.0.1', container: 'box', session };
  const plan = { count: 10, spacingMs: 5, payloadBytes: 56, waitMs: 16_300 };
  await echo(from, ['10.0.0.2'], plan);
  expect(deadline).toBeGreaterThan(16_350);
});

const neverRun = (): Promise<never> => Promise.reject(new Error('was not to be called'));
