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
    'One by one, under load, members of etcd 3.5.35 were restarted with 3.6.16, then with 3.7.3.',
  );
});

test('a way back is told', () => {
  const events = [
    changed('m1', '3.5.35', '3.6.16'),
    changed('m1', '3.6.16', '3.5.35'),
    changed('m1', '3.5.35', '3.6.16'),
  ];
  expect(versionChangesOf(runOf({ events }))).toBe(
    'One by one, under load, members of etcd 3.5.35 were restarted with 3.6.16, back with their own, and again.',
  );
});

test('a restart on the same version changes none', () => {
  expect(versionChangesOf(runOf({ events: [changed('m1', '3.6.16', '3.6.16')] }))).toBeUndefined();
  expect(versionChangesOf(runOf({}))).toBeUndefined();
});
