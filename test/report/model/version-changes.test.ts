import { expect, test } from 'vitest';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { versionChangesOf } from '../../../src/report/model/version-changes.ts';
import { runOf } from '../../fixtures/run-builder.ts';

const changed = (member: string, from: string, to: string): JournalEvent => ({
  type: 'observation',
  t: 1000,
  name: 'version',
  member,
  data: { from, to },
});

test('the versions stand in the order in which members came to them', () => {
  const events = [
    changed('m1', '3.5.35', '3.6.16'),
    changed('m2', '3.5.35', '3.6.16'),
    changed('m1', '3.6.16', '3.6.16'),
    changed('m1', '3.6.16', '3.7.3'),
  ];
  expect(versionChangesOf(runOf({ events }))).toBe(
    'Member by member, under load, etcd 3.5.35 was changed to 3.6.16, then to 3.7.3.',
  );
});

test('a way back is told', () => {
  const events = [
    changed('m1', '3.5.35', '3.6.16'),
    changed('m1', '3.6.16', '3.5.35'),
    changed('m1', '3.5.35', '3.6.16'),
  ];
  expect(versionChangesOf(runOf({ events }))).toBe(
    'Member by member, under load, etcd 3.5.35 was changed to 3.6.16, back, and there again.',
  );
});

test('a restart on the same version changes none', () => {
  expect(versionChangesOf(runOf({ events: [changed('m1', '3.6.16', '3.6.16')] }))).toBeUndefined();
  expect(versionChangesOf(runOf({}))).toBeUndefined();
});
