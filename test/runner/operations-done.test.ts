import { expect, test } from 'vitest';
import { operationsDone, sentOperations } from '../../src/runner/operations-done.ts';

const never = new AbortController().signal;

test('an operation that never left is not done', () => {
  expect(sentOperations({ operations: 5000, neverSent: 1200 })).toBe(3800);
});

test('the clients go on until they have sent as many as were asked for', async () => {
  const progress = [
    { operations: 90, neverSent: 0 },
    { operations: 100, neverSent: 1 },
    { operations: 101, neverSent: 1 },
  ];
  await operationsDone(100, () => progress.shift()!, never);
  expect(progress).toEqual([]);
});

test('an abort ends the wait', async () => {
  const ended = operationsDone(1, () => ({ operations: 9, neverSent: 9 }), AbortSignal.abort());
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
});
