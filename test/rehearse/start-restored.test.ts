import { expect, test } from 'vitest';
import { isItsFault } from '../../src/rehearse/at-fault.ts';
import { type Startable, startRestored } from '../../src/rehearse/start-restored.ts';

/** A member whose etcd has ended as soon as it is started. */
const endsWith = (exitCode: number, outOfMemory: boolean): Startable => ({
  name: 'm1',
  image: { reference: 'sha256:1', version: '3.7.3', source: 'go:3.7.3' },
  state: 'exited',
  start: async () => undefined,
  ending: async () => ({ exitCode, outOfMemory }),
  logExcerpt: () => ['{"level":"info"}', 'panic: unmarshal should never fail', 'goroutine 1'],
});

test.each([
  [2, false, true, 'm1 (etcd 3.7.3) ended with: panic: unmarshal should never fail'],
  [
    137,
    false,
    false,
    'm1 (etcd 3.7.3) was killed from outside: rehearse again, with more memory or less beside it.',
  ],
  [
    137,
    true,
    false,
    'm1 (etcd 3.7.3) was killed from outside, for want of memory: rehearse again, with more memory or less beside it.',
  ],
])('a member that ends with %i (out of memory: %o)', async (code, outOfMemory, isOwn, message) => {
  const signal = AbortSignal.timeout(10_000);
  const started = startRestored([endsWith(code, outOfMemory)], [], (_, body) => body(), signal);
  const error: unknown = await started.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ message });
  expect(isItsFault(error)).toBe(isOwn);
});
