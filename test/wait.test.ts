import { expect, test } from 'vitest';
import { DrillError, exitCode } from '../src/errors.ts';
import { eventually } from '../src/wait.ts';

const wait = {
  subject: 'Another leader than m1',
  withinMs: 60,
  everyMs: 5,
  code: exitCode.violated,
};

test('gives what the check gives, as soon as it does', async () => {
  let asked = 0;
  expect(await eventually(wait, () => (++asked === 3 ? 'm2' : undefined))).toBe('m2');
  expect(asked).toBe(3);
});

test.each([0, '', false, null])('%j is found, not "not yet"', async (value) => {
  expect(await eventually(wait, async () => value)).toBe(value);
});

test('what does not come names itself, its time and its code', async () => {
  await expect(eventually(wait, () => undefined)).rejects.toMatchObject({
    name: 'DrillError',
    message: 'Another leader than m1 did not come within 60 ms',
    code: 1,
  });
});

test('an error means "not yet"; the last one is the reason', async () => {
  let asked = 0;
  const check = async (): Promise<undefined> => {
    throw new TypeError(`fetch failed ${asked++ > 0 ? 'again' : ''}`);
  };
  await expect(eventually({ ...wait, code: exitCode.couldNotRun }, check)).rejects.toMatchObject({
    message: 'Another leader than m1 did not come within 60 ms: fetch failed again',
    code: 3,
  });
});

test('an old error is no reason when the last answer was a plain "not yet"', async () => {
  let asked = 0;
  const check = (): undefined => {
    if (asked++ === 0) throw new Error('connection refused');
  };
  await expect(eventually(wait, check)).rejects.toThrow(/within 60 ms$/);
});

test('a DrillError ends the wait at once', async () => {
  let asked = 0;
  const error = new DrillError('m3 did not start');
  const check = (): undefined => {
    asked += 1;
    throw error;
  };
  await expect(eventually({ ...wait, withinMs: 10_000 }, check)).rejects.toBe(error);
  expect(asked).toBe(1);
});

test('a check that never answers is given up when the time is up', async () => {
  const startedAt = performance.now();
  await expect(eventually(wait, () => new Promise<undefined>(() => undefined))).rejects.toThrow(
    'Another leader than m1 did not come within 60 ms: the first look at it was not answered',
  );
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('an abort ends it with its own reason, in a look too', async () => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const between = eventually({ ...wait, withinMs: 10_000, signal }, () => undefined);
  const within = eventually(
    { ...wait, withinMs: 10_000, signal },
    () => new Promise<undefined>(() => undefined),
  );
  const reason = new DrillError('interrupted by SIGINT', exitCode.interrupted);
  stopping.abort(reason);
  await expect(between).rejects.toBe(reason);
  await expect(within).rejects.toBe(reason);
  await expect(eventually({ ...wait, signal }, () => 'm2')).rejects.toBe(reason);
});
