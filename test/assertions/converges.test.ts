import { expect, test } from 'vitest';
import { converges } from '../../src/assertions/converges.ts';
import { finalState, membership, memberState, runOf, three } from '../fixtures/run-builder.ts';

const judge = converges().judge;
const same = { revision: 5120, hash: 37, compactRevision: 0, term: 3, leader: 'm2', healthy: true };

test('held: one revision, one hash', () => {
  const events = [
    finalState('m1', { ...same, revision: 9 }, 20_000),
    ...three.map((member) => finalState(member, same)),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'held',
    summary: 'm1, m2 and m3 ended at revision 5120 with hash 37',
    counts: { members: 3, finalStates: 3 },
  });
});

test('held: a removed member does not count', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    memberState('m3', 'removed', 9000),
  ];
  expect(judge(runOf({ events })).status).toBe('held');
});

test('held: a learner does not count, a promoted one does', () => {
  const finals = three.map((member) => finalState(member, same));
  const learner = membership('m4', 'learner', 9000);
  expect(judge(runOf({ events: [...finals, learner] })).status).toBe('held');
  const promoted = membership('m4', 'voter', 9500);
  expect(judge(runOf({ events: [...finals, learner, promoted] }))).toMatchObject({
    status: 'inconclusive',
    summary: "m4's final state was not recorded",
  });
});

test('violated: revisions differ', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    finalState('m3', { ...same, revision: 5090, hash: 4 }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'members differ at the end: m1 and m2 revision 5120, m3 revision 5090',
  });
});

test('violated: hashes differ', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    finalState('m3', { ...same, hash: 4 }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'HashKV differs: m1 and m2 hash 37, m3 hash 4',
  });
});

test('violated: a member did not come back', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    memberState('m3', 'killed', 9000),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'm3 was killed and did not come back',
  });
});

test('violated: a member came back only when the run was taken down', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    finalState('m3', { error: 'no connection' }),
    memberState('m3', 'killed', 9000),
    memberState('m3', 'running', 31_000),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'm3 was killed and did not come back',
  });
});

test('violated: a member is not healthy', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    finalState('m3', { ...same, healthy: false }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'm3 was not healthy at the end',
  });
});

test('inconclusive: a member was not asked', () => {
  const events = [finalState('m1', same), finalState('m2', { error: 'no answer within 3 s' })];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary:
      "m2's final state could not be read: no answer within 3 s; m3's final state was not recorded",
  });
});

test('inconclusive: hashes of different compactions', () => {
  const events = [
    finalState('m1', same),
    finalState('m2', same),
    finalState('m3', { ...same, hash: 4, compactRevision: 100 }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary:
      'the members were compacted at different revisions, so their hashes cannot be compared',
  });
});

test('inconclusive: no member at all', () => {
  expect(judge(runOf({ members: [] }))).toMatchObject({
    status: 'inconclusive',
    summary: 'no final state was recorded',
  });
});

test('inconclusive: a member that was added was not asked', () => {
  const events = [
    ...three.map((name) => finalState(name, same)),
    memberState('m4', 'starting', 5000),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary: "m4's final state was not recorded",
    counts: { members: 4, finalStates: 3 },
  });
});

test('violated: a member that was added did not come back', () => {
  const events = [
    ...three.map((name) => finalState(name, same)),
    memberState('m4', 'starting', 5000),
    memberState('m4', 'exited', 6000),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: 'm4 was exited and did not come back',
  });
});
