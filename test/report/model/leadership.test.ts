import { describe, expect, test } from 'vitest';
import { timeAxis } from '../../../src/report/charts/axis.ts';
import { leadersChart } from '../../../src/report/charts/leaders.ts';
import { html } from '../../../src/report/html.ts';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { leadershipOf } from '../../../src/report/model/leadership.ts';
import { inMemoryHistory, partitionRun } from '../../fixtures/recorded-run.ts';
import { runOf, view } from '../../fixtures/run-builder.ts';

describe('leadershipOf', () => {
  test('shows the old leader as stale from the election until it steps down', () => {
    const { lanes } = leadershipOf(partitionRun(), 22_000);
    const roles = lanes.map(({ spans }) => spans.map(({ role, term }) => `${role} ${term}`));
    expect(roles).toEqual([
      ['leader 2', 'stale-leader 2', 'no-leader 2', 'follower 3'],
      ['follower 2', 'no-leader 2', 'follower 3'],
      ['follower 2', 'no-leader 2', 'leader 3'],
    ]);
  });

  test('shows a killed member as down, and nothing before a member was seen', () => {
    const events: JournalEvent[] = [
      { type: 'member.state', t: 10, member: 'm1', state: 'starting' },
      { type: 'view', t: 50, member: 'm1', reachable: true, leader: 'm1', term: 2 },
      { type: 'member.state', t: 80, member: 'm1', state: 'killed' },
    ];
    const run = { events, history: inMemoryHistory([]) };
    expect(leadershipOf(run, 100).lanes).toEqual([
      {
        member: 'm1',
        spans: [
          { role: 'leader', term: 2, startMs: 50, endMs: 80 },
          { role: 'down', term: 0, startMs: 80, endMs: 100 },
        ],
      },
    ]);
  });

  test('keeps a killed member down, though it does not answer and its log was read late', () => {
    const events: JournalEvent[] = [
      { type: 'view', t: 50, member: 'm1', reachable: true, leader: 'm1', term: 2 },
      { type: 'member.state', t: 80, member: 'm1', state: 'killed' },
      { type: 'elected', t: 81, member: 'm1', term: 2 },
      { type: 'view', t: 90, member: 'm1', reachable: false, leader: null, term: 2 },
    ];
    const run = { events, history: inMemoryHistory([]) };
    const roles = leadershipOf(run, 100).lanes[0]?.spans.map(({ role }) => role);
    expect(new Set(roles)).toEqual(new Set(['leader', 'down']));
    expect(roles?.at(-1)).toBe('down');
  });

  test('takes no leader of a restored cluster for a stale one, though terms begin anew', () => {
    const events: JournalEvent[] = [
      { type: 'elected', t: 50, member: 'm1', term: 5 },
      { type: 'member.state', t: 80, member: 'm1', state: 'killed' },
      { type: 'member.state', t: 90, member: 'm1', state: 'running' },
      { type: 'elected', t: 95, member: 'm1', term: 2 },
    ];
    const start = { kind: 'restore', startedMs: 70, restoredRevision: 4, state: () => [] } as const;
    const run = runOf({ events, epochStarts: [start] });
    const m1 = leadershipOf(run, 100).lanes.find(({ member }) => member === 'm1');
    expect(m1?.spans.at(-1)).toMatchObject({ role: 'leader', term: 2 });
  });

  test('calls a learner one, until it is promoted', () => {
    const learns = { ...view('m4', 'm1', 2, 50), learner: true } as JournalEvent;
    const run = runOf({ events: [learns, view('m4', 'm1', 2, 80)] });
    const { lanes } = leadershipOf(run, 100);
    expect(lanes.at(-1)).toMatchObject({
      member: 'm4',
      spans: [
        { role: 'learner', startMs: 50, endMs: 80 },
        { role: 'follower', startMs: 80, endMs: 100 },
      ],
    });
    const canvas = { axis: timeAxis(100), backdrop: html`` };
    const shown = String(leadersChart(canvas, { lanes, leaders: [] }));
    expect(shown).toContain('learner, without a vote');
  });

  test('keeps the leader by majority view, and the time without one', () => {
    const { leaders } = leadershipOf(partitionRun(), 22_000);
    expect(leaders.map(({ leader, term }) => [leader, term])).toEqual([
      ['m1', 2],
      [null, 2],
      ['m3', 3],
    ]);
  });
});
