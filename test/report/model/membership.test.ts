import { expect, test } from 'vitest';
import { membershipOf } from '../../../src/report/model/membership.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { membership, runOf } from '../../fixtures/run-builder.ts';

const told = (...events: JournalEvent[]) => membershipOf(runOf({ events }));

test('nothing is told where nobody came or went', () => {
  expect(told()).toBeUndefined();
});

test('a cluster that grew and shrank is told by its sizes where that turned', () => {
  const joins = ['m4', 'm5'].flatMap((member, index) => [
    membership(member, 'learner', 1000 + 10 * index),
    membership(member, 'voter', 1005 + 10 * index),
  ]);
  const leaves = ['m1', 'm4'].map((member, index) => membership(member, 'out', 2000 + index));
  expect(told(...joins, ...leaves)).toBe(
    'The voters went from 3 over 5 to 3: m4 and m5 joined, m1 and m4 left.',
  );
  expect(told(...joins)).toBe('The voters went from 3 to 5: m4 and m5 joined.');
});

test('a member that was rebuilt left and joined again, and a learner is no voter', () => {
  const out = membership('m3', 'out', 1000);
  expect(told(out, membership('m3', 'learner', 1100), membership('m3', 'voter', 1200))).toBe(
    'The voters went from 3 over 2 to 3: m3 left and joined again.',
  );
  expect(told(membership('m4', 'learner', 1000))).toBe('The voters stayed 3: m4 joined.');
});
