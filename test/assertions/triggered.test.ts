import { expect, test } from 'vitest';
import { triggered } from '../../src/assertions/triggered.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { runOf } from '../fixtures/run-builder.ts';

const { judge } = triggered();
const trigger = (proved: boolean, evidence: string, t = 1000): JournalEvent => {
  return { type: 'observation', t, name: 'trigger', data: { proved, evidence } };
};

test('held: everything the timeline looked for was proved', () => {
  const events = [trigger(true, 'revision 7 was compacted'), trigger(true, 'so was 9', 2000)];
  expect(judge(runOf({ events }))).toEqual({
    status: 'held',
    assertion: 'triggered',
    title: 'What the drill is about did happen',
    summary: 'revision 7 was compacted; so was 9',
    counts: { looks: 2, proved: 2 },
    measurements: [],
  });
});

test('inconclusive: one look of two found that it did not come about', () => {
  const events = [trigger(true, 'm2 got a snapshot'), trigger(false, 'm3 got none', 2000)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: 'm3 got none',
    counts: { looks: 2, proved: 1 },
  });
});

test('inconclusive: the timeline never came to look, whatever else it observed', () => {
  const events: JournalEvent[] = [{ type: 'observation', t: 1, name: 'application', data: {} }];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: 'the timeline ended before it could look for it',
    counts: { looks: 0, proved: 0 },
  });
});

test('inconclusive: a trigger that does not say `true` is none', () => {
  const data = { proved: 'true', evidence: 'said in words' };
  const events: JournalEvent[] = [{ type: 'observation', t: 1, name: 'trigger', data }];
  expect(judge(runOf({ events }))).toMatchObject({ status: 'inconclusive' });
});
