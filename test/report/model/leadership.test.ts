import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { leadershipOf } from '../../../src/report/model/leadership.ts';
import { inMemoryHistory, partitionRun } from '../../fixtures/recorded-run.ts';

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

  test('keeps the leader by majority view, and the time without one', () => {
    const { leaders } = leadershipOf(partitionRun(), 22_000);
    expect(leaders.map(({ leader, term }) => [leader, term])).toEqual([
      ['m1', 2],
      [null, 2],
      ['m3', 3],
    ]);
  });
});
