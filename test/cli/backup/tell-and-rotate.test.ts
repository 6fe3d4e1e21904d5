import { expect, test } from 'vitest';
import { tellAndRotate } from '../../../src/cli/backup/tell-and-rotate.ts';
import { manifest } from '../../fixtures/rehearsal.ts';

const backup = { path: '/backups/new.db', manifest };

test.each([false, true])(
  'what was taken is told even where older ones cannot be removed, as JSON: %s',
  async (json) => {
    const told: string[] = [];
    const rotate = () => Promise.reject(new Error('EPERM'));
    const work = tellAndRotate(backup, json, rotate, (text) => told.push(text));
    await expect(work).rejects.toThrow('EPERM');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(json ? /"path": "\/backups\/new\.db"/ : /^took \/backups\/new\.db\n/);
  },
);

test('and what was removed after it', async () => {
  const told: string[] = [];
  await tellAndRotate(
    backup,
    false,
    () => Promise.resolve(['/backups/old.db']),
    (text) => told.push(text),
  );
  expect(told[1]).toBe('removed /backups/old.db, which nothing keeps any more');
});
