import { expect, test } from 'vitest';
import { DrillError, exitCode } from '../../src/errors.ts';
import { FaultUnproved } from '../../src/faults/fault.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { performStep } from '../../src/runner/step.ts';

/** A journal whose clock moves on by 10 ms with each event. */
function journal() {
  const events: JournalEvent[] = [];
  return { events, nowMs: () => events.length * 10, write: (event: JournalEvent) => void events.push(event) }; // prettier-ignore
}

test('a step is journaled from its beginning to its end', async () => {
  const to = journal();
  expect(await performStep({ title: 'go', role: { kind: 'phase' } }, to, async () => 7)).toBe(7);
  expect(to.events).toEqual([
    { type: 'step.started', t: 0, step: 'go', role: { kind: 'phase' } },
    { type: 'step.ended', t: 10, step: 'go', outcome: 'done' },
  ]);
});

test.each<[Error, number]>([
  [new DrillError('it failed', exitCode.violated), 1],
  [new DrillError('it failed', exitCode.inconclusive), 2],
  [new FaultUnproved('it failed'), 2],
  [new DrillError('it failed'), 3],
  [new DrillError('it failed', exitCode.interrupted), 3],
  [new Error('it failed'), 3],
  [
    new SuppressedError(new Error('a heal'), new DrillError('x', exitCode.violated), 'it failed'),
    1,
  ],
])('a step that fails is journaled with what the run ends with: %s', async (error, code) => {
  const to = journal();
  const failing = performStep({ title: 'go' }, to, async () => {
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  expect(to.events.at(-1)).toEqual({
    type: 'step.ended',
    t: 10,
    step: 'go',
    outcome: 'failed',
    error: 'it failed',
    exitCode: code,
  });
});
