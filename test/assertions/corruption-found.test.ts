import { expect, test } from 'vitest';
import { corruptionFound } from '../../src/assertions/corruption-found.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { memberState, runOf } from '../fixtures/run-builder.ts';

const { judge } = corruptionFound();

/** A bit flipped in a file of m2, 1 s into the run, while it was down. */
const damage = (name = 'bit-flip'): JournalEvent[] => [
  {
    type: 'fault.injecting',
    t: 900,
    fault: 'f1',
    name,
    title: 'flip a bit in the db of m2',
    targets: ['m2'],
    undo: 'irreversible',
    parameters: {},
  },
  { type: 'fault.injected', t: 1000, fault: 'f1' },
  { type: 'fault.proved', t: 1100, fault: 'f1', evidence: ['byte 7 reads 0x31'] },
  memberState('m2', 'starting', 2000),
];
const exited = (member: string, t: number): JournalEvent => ({
  type: 'member.state',
  t,
  member,
  state: 'exited',
  detail:
    'exit code 1: {"level":"fatal","msg":"discovery failed","error":"found data inconsistency with peers"}',
});
const alarm = (member: string, t: number): JournalEvent => ({
  type: 'observation',
  t,
  name: 'alarm',
  member,
  data: { alarm: 'CORRUPT' },
});

test('held: the member refused to start, timed from its start', () => {
  expect(judge(runOf({ events: [...damage(), exited('m2', 2500)] }))).toEqual({
    status: 'held',
    assertion: 'corruption-found',
    title: 'etcd notices that a file of a member was damaged',
    summary:
      '"flip a bit in the db of m2" was noticed: m2 ended by itself ("found data inconsistency with peers"), after 500 ms',
    counts: { damaged: 1, noticed: 1 },
    measurements: [
      {
        name: 'corruption.found',
        label: 'Time until etcd noticed the damage',
        value: 500,
        unit: 'ms',
      },
    ],
  });
});

test('held: an alarm names the member', () => {
  const verdict = judge(runOf({ events: [...damage('truncate'), alarm('m2', 4000)] }));
  expect(verdict).toMatchObject({
    status: 'held',
    summary: '"flip a bit in the db of m2" was noticed: an alarm CORRUPT names m2, after 2 s',
  });
});

test('violated: nothing happened, or to another member, or before the damage', () => {
  for (const other of [[], [exited('m3', 2500)], [alarm('m3', 2500)], [exited('m2', 500)]]) {
    expect(judge(runOf({ events: [...damage(), ...other] }))).toMatchObject({
      status: 'violated',
      summary: 'etcd never noticed "flip a bit in the db of m2"',
      counts: { damaged: 1, noticed: 0 },
    });
  }
});

test('violated: a member that drill killed did not end by itself', () => {
  const events = [...damage(), memberState('m2', 'killed', 2500)];
  expect(judge(runOf({ events }))).toMatchObject({ status: 'violated' });
});

test('inconclusive: the damage was not there when it was read back', () => {
  const events = damage().map((event): JournalEvent => {
    if (event.type !== 'fault.proved') return event;
    return { type: 'fault.unproved', t: 1100, fault: 'f1', reason: 'byte 7 reads 0x30 again' };
  });
  expect(judge(runOf({ events: [...events, exited('m2', 2500)] }))).toMatchObject({
    status: 'inconclusive',
    summary: '"flip a bit in the db of m2" was not in place: byte 7 reads 0x30 again',
  });
});

test('not exercised: no file was damaged', () => {
  expect(judge(runOf({ events: damage('disk-stall') }))).toMatchObject({
    status: 'not-exercised',
    summary: 'no file of a member was damaged',
  });
});
