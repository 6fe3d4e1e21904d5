import { expect, test } from 'vitest';
import { killInRestore } from '../fixtures/restore-kill.ts';

test('`kill -9` in the middle of a restore: the backup is as it was taken, and nothing is left', async () => {
  const { damaged, left } = await killInRestore('restore', 0);
  expect(damaged).toBe('');
  expect(left).toEqual([]);
}, 180_000);
