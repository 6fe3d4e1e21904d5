import { expect, test } from 'vitest';
import { membersSurvive } from '../../src/assertions/members-survive.ts';
import type { JournalEvent, JournalEventOf } from '../../src/journal/events.ts';
import { runOf } from '../fixtures/run-builder.ts';

const { judge } = membersSurvive();
const state = (
  t: number,
  is: JournalEventOf<'member.state'>['state'],
  detail?: string,
): JournalEvent => {
  const why = detail === undefined ? {} : { detail };
  return { type: 'member.state', t, member: 'm2', state: is, ...why };
};
const nowRuns = (t: number, to: string): JournalEvent => ({
  type: 'observation',
  t,
  name: 'version',
  member: 'm2',
  data: { to },
});
const restart = [state(1000, 'stopped'), nowRuns(1100, '3.7.3'), state(1100, 'starting')];

test('held: members were stopped and started, and ended only when told to', () => {
  expect(judge(runOf({ events: [...restart, state(1200, 'running')] }))).toEqual({
    status: 'held',
    assertion: 'members-survive',
    title: 'No member ends by itself',
    summary: 'members were started 1 time, and none ended by itself',
    counts: { starts: 1, ends: 0 },
    measurements: [],
  });
});

test('violated: a panic is told as it was printed, with the version it is of', () => {
  const panic = 'panic: unmarshal should never fail (proto: cannot parse invalid wire-format data)';
  const events = [...restart, state(1500, 'exited', `exit code 2: ${panic}`)];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'violated',
    summary: `m2 (etcd 3.7.3) ended by itself: ${panic}`,
    violations: [{ moments: [{ t: 1500, member: 'm2', text: 'ended by itself' }] }],
    counts: { starts: 1, ends: 1 },
  });
});

test('violated: a panic that etcd caught and logged is told with its reason', () => {
  const line = '{"level":"panic","msg":"execute job failed","panic":"unmarshal should never fail"}';
  const events = [...restart, state(1500, 'exited', `exit code 2: ${line}`)];
  expect(judge(runOf({ events }))).toMatchObject({
    summary: 'm2 (etcd 3.7.3) ended by itself: execute job failed: unmarshal should never fail',
  });
});

test('violated: of a line in JSON what it says is told', () => {
  const line =
    '{"level":"fatal","ts":"2026-01-01","msg":"discovery failed","error":"version \\"3.7.0\\" is not supported"}';
  const events = [...restart, state(1500, 'exited', `exit code 1: ${line}`)];
  expect(judge(runOf({ events }))).toMatchObject({
    summary: 'm2 (etcd 3.7.3) ended by itself: discovery failed: version "3.7.0" is not supported',
  });
});

test('inconclusive: a run without starts says nothing of ends', () => {
  expect(judge(runOf({}))).toMatchObject({
    status: 'inconclusive',
    summary: 'the run does not say when members were started',
  });
});
