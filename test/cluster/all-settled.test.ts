import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allSettled } from '../../src/cluster/all-settled.ts';

test('gives what each part gave, in order', async () => {
  expect(await allSettled([pause(10, 'slow'), Promise.resolve(2), undefined])).toEqual([
    'slow',
    2,
    undefined,
  ]);
});

test('a failure comes out only when nothing is under way any more', async () => {
  let created = false;
  const creating = pause(50).then(() => (created = true));
  const failed = Promise.reject(new Error('no free port'));
  await expect(allSettled([failed, creating])).rejects.toThrow('no free port');
  expect(created).toBe(true);
});
