import { expect, test } from 'vitest';
import { leftBehind, noteLeftBehind, rpoMs } from '../../../src/assertions/evidence/left-behind.ts';
import type { Epoch } from '../../../src/history/epochs-of.ts';
import { put } from '../../fixtures/run-builder.ts';

/** Restored at revision 3, so that revisions 4 and above are left behind. */
const epoch: Epoch = {
  number: 1,
  operations: () => [],
  watchRecords: () => [],
  positions: () => [],
  next: { kind: 'restore', startedMs: 9000, restoredRevision: 3, state: () => [] },
};

/** The time that writes answered at these moments, by revision, make the loss. */
function lostMs(answeredMs: Readonly<Record<number, number>>): number {
  const behind = leftBehind(epoch);
  const answers = Object.entries(answeredMs).toSorted(([, one], [, other]) => one - other);
  for (const [position, [revision, at]] of answers.entries())
    noteLeftBehind(
      behind,
      put('k', Number(revision), { at, tookMs: 0 }),
      position,
      Number(revision),
    );
  return rpoMs(behind);
}

test('the loss lasts from the last kept write to the last lost one', () => {
  expect(lostMs({ 2: 100, 3: 200, 4: 300, 5: 900 })).toBe(700);
});

test('a late answer to a write that was kept makes it no shorter', () => {
  expect(lostMs({ 2: 100, 3: 6900, 4: 1000, 5: 7900 })).toBe(6900);
  expect(lostMs({ 2: 100, 3: 8000, 4: 1000, 5: 7900 })).toBe(6900);
});

test('where all were kept nothing is lost', () => {
  expect(lostMs({ 2: 100, 3: 200 })).toBe(0);
});
