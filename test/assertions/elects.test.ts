import { describe, expect, test } from 'vitest';
import { elects } from '../../src/assertions/elects.ts';
import type { Cut } from '../../src/journal/events.ts';
import {
  elected,
  faultEvents,
  finalState,
  five,
  isolate,
  leaderSeen,
  memberState,
  noAnswer,
  noneNamed,
  onlyLinks,
  runOf,
  seven,
  stillRunning,
  takeDown,
  three,
  view,
} from '../fixtures/run-builder.ts';

const answered = three.map((member) => view(member, 'm1', 2, 1050));
const before = [elected('m1', 2, 1000), ...answered, leaderSeen('m1', 2, 1100)];
const title = 'cut m1 off';
const judge = elects().judge;

describe('the leader loses its majority', () => {
  const cut = faultEvents({ cut: isolate(['m1']), title });

  test('held: another is elected within the bound', () => {
    const events = [...before, ...cut, elected('m2', 3, 11_150), leaderSeen('m2', 3, 11_200)];
    expect(judge(runOf({ events }))).toEqual({
      assertion: 'elects',
      title: 'Leaders are elected when, and only when, they must be',
      status: 'held',
      summary:
        'm2 was elected at term 3, 1.15 s after m1 was cut off (bound 4.2 s), which is 4 × election timeout of 1 s + 2 × heartbeat of 100 ms',
      counts: { cuts: 1, elections: 2 },
      measurements: [
        { name: 'election.time', label: 'Time to elect', value: 1150, unit: 'ms', bound: 4200 },
        {
          name: 'election.seen',
          label: 'Time until most members name the new leader',
          value: 1200,
          unit: 'ms',
          bound: 4200,
        },
      ],
    });
  });

  test('violated: nobody is elected', () => {
    const verdict = judge(runOf({ events: [...before, ...cut, leaderSeen(null, 2, 11_000)] }));
    expect(verdict).toMatchObject({
      status: 'violated',
      summary:
        'no leader was elected in the 10 s after m1 was cut off, although m2 and m3 reach a majority of 2 (bound 4.2 s)',
    });
  });

  test('violated: two of three members killed, so nobody can be', () => {
    const events = [
      ...before,
      ...cut,
      memberState('m2', 'killed', 10_100),
      leaderSeen(null, 2, 11_000),
    ];
    expect(judge(runOf({ events })).status).toBe('violated');
  });

  test('violated: elected too late', () => {
    const events = [...before, ...cut, elected('m3', 7, 15_000), leaderSeen('m3', 7, 15_100)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary: 'm3 was elected at term 7, 5 s after m1 was cut off (bound 4.2 s)',
    });
  });

  test('violated: the member that was cut off is elected', () => {
    const events = [...before, ...cut, elected('m1', 3, 11_000), elected('m2', 4, 12_000)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'm1 was elected at term 3, 1 s after "cut m1 off", although it could not reach 2 members',
    });
  });

  describe('and a third is elected', () => {
    const moved = [...before, ...cut, elected('m2', 3, 11_150), leaderSeen('m2', 3, 11_200)];

    test('violated: under the cut, although the second had its majority', () => {
      expect(judge(runOf({ events: [...moved, elected('m3', 4, 15_000)] }))).toMatchObject({
        status: 'violated',
        summary:
          'm3 was elected at term 4, under "cut m1 off", although m2 led at term 3 with its majority of 2',
      });
    });

    test('violated: as the first comes back', () => {
      expect(judge(runOf({ events: [...moved, elected('m1', 4, 22_000)] })).status).toBe(
        'violated',
      );
    });

    test('held: without pre-vote', () => {
      const spec = { electionMs: 1000, heartbeatMs: 100, preVote: false };
      const events = [...moved, elected('m3', 4, 15_000)];
      expect(judge(runOf({ events, spec })).status).toBe('held');
    });

    test('held: before most members had named the second', () => {
      const late = [
        elected('m2', 3, 11_150),
        elected('m3', 4, 11_190),
        leaderSeen('m3', 4, 11_300),
      ];
      expect(judge(runOf({ events: [...before, ...cut, ...late] })).status).toBe('held');
    });
  });

  test('inconclusive: no log tells of the election that was seen', () => {
    const events = [...before, ...cut, leaderSeen('m2', 3, 11_200)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'inconclusive',
      summary:
        "the majority view shows m2 at term 3 at 11.2 s, but no member's log tells of that election",
    });
  });

  test('inconclusive: the majority view never confirms the logs', () => {
    const events = [...before, ...cut, elected('m2', 3, 11_150)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'inconclusive',
      summary: 'm2 was elected at term 3, but the majority view never showed a new leader',
    });
  });

  test('inconclusive: the cut was shorter than an election may take', () => {
    const short = faultEvents({ cut: isolate(['m1']), title, healingMs: 12_000 });
    expect(judge(runOf({ events: [...before, ...short] }))).toMatchObject({
      status: 'inconclusive',
      summary:
        '"cut m1 off" lasted 2 s, less than the 4.2 s an election may take, and none was seen',
    });
  });

  test('inconclusive: the cut stopped biting', () => {
    const reason = 'packets passed from m1 to m2';
    const broken = faultEvents({
      cut: isolate(['m1']),
      title,
      plus: [{ type: 'fault.unproved', t: 13_000, fault: 'f1', reason }],
    });
    expect(judge(runOf({ events: [...before, ...broken] }))).toMatchObject({
      status: 'inconclusive',
      summary: '"cut m1 off" was not in place: packets passed from m1 to m2',
    });
  });

  test('inconclusive: the timeouts in force are not known', () => {
    expect(judge(runOf({ events: cut, spec: {} }))).toMatchObject({
      status: 'inconclusive',
      summary: 'the run does not say which election and heartbeat timeouts were in force',
    });
  });

  test('a bound of its own needs no timeouts', () => {
    const events = [...before, ...cut, elected('m2', 3, 11_150), leaderSeen('m2', 3, 11_200)];
    const assertion = elects({ within: '1s' });
    expect(assertion.options).toEqual({ within: 1000 });
    expect(assertion.judge(runOf({ events, spec: {} }))).toMatchObject({
      status: 'violated',
      summary: 'm2 was elected at term 3, 1.15 s after m1 was cut off (bound 1 s)',
    });
  });

  test.each([
    [five, ['m1', 'm2'], 'm4'],
    [seven, ['m1', 'm2', 'm3'], 'm7'],
  ])('held with %j, the leader in a minority', (members, minority, leader) => {
    const events = [
      ...before,
      ...faultEvents({ cut: isolate(minority, { members }), title }),
      elected(leader, 3, 11_500),
      leaderSeen(leader, 3, 11_600),
    ];
    expect(judge(runOf({ members, events })).status).toBe('held');
  });
});

describe('the leader is killed', () => {
  const kill = faultEvents({ cut: takeDown(['m1']), title: 'kill m1' });

  test('held: another is elected within the bound', () => {
    const events = [...before, ...kill, elected('m2', 3, 11_150), leaderSeen('m2', 3, 11_200)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'held',
      summary: expect.stringContaining(
        'm2 was elected at term 3, 1.15 s after "kill m1" (bound 4.2 s)',
      ) as string,
    });
  });

  test('violated: nobody is elected', () => {
    expect(judge(runOf({ events: [...before, ...kill] }))).toMatchObject({
      status: 'violated',
      summary:
        'no leader was elected in the 10 s after "kill m1", although m2 and m3 reach a majority of 2 (bound 4.2 s)',
    });
  });

  test('violated: with a majority of others, one is elected all the same', () => {
    const majority = faultEvents({ cut: takeDown(['m2', 'm3']), title: 'kill m2, m3' });
    const events = [...before, ...majority, elected('m1', 3, 12_000), leaderSeen('m1', 3, 12_100)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary: expect.stringContaining('although it could not reach 2 members') as string,
    });
  });
});

describe('a follower is killed, comes back and deposes the leader', () => {
  const kill = faultEvents({ cut: takeDown(['m3']), title: 'kill m3' });
  const back = [
    memberState('m3', 'killed', 10_000),
    memberState('m3', 'starting', 20_010),
    memberState('m3', 'running', 20_090),
    elected('m3', 3, 21_500),
  ];

  test('violated: its own end and start disturb nobody', () => {
    expect(judge(runOf({ events: [...before, ...kill, ...back] }))).toMatchObject({
      status: 'violated',
      summary:
        'm3 was elected at term 3, 1.5 s after "kill m3" began to heal, although m1 led at term 2 with its majority of 2',
    });
  });

  test('held: the leader was stopped meanwhile', () => {
    const stopped = memberState('m1', 'killed', 20_500);
    expect(judge(runOf({ events: [...before, ...kill, ...back, stopped] })).status).toBe('held');
  });
});

describe('the leader keeps its majority', () => {
  const cut = faultEvents({ cut: isolate(['m3']), title: 'cut m3 off' });

  test('held: no election, and the logs were read', () => {
    expect(judge(runOf({ events: [...before, ...cut] }))).toMatchObject({
      status: 'held',
      summary: 'm1 stayed leader at term 2',
      measurements: [],
    });
  });

  describe('and another is elected after the heal', () => {
    const after = [elected('m3', 5, 21_000), leaderSeen('m3', 5, 21_100)];
    const events = [...before, ...cut, ...after];

    test('violated: with pre-vote, who comes back deposes nobody', () => {
      expect(judge(runOf({ events }))).toMatchObject({
        status: 'violated',
        summary:
          'm3 was elected at term 5, 1 s after "cut m3 off" began to heal, although m1 led at term 2 with its majority of 2',
      });
    });

    test('held: without pre-vote, who comes back brings a higher term', () => {
      const spec = { electionMs: 1000, heartbeatMs: 100, preVote: false };
      expect(judge(runOf({ events, spec })).status).toBe('held');
    });

    test('held: a member was stopped meanwhile', () => {
      const stopped = [...events, memberState('m1', 'killed', 20_500)];
      expect(judge(runOf({ events: stopped })).status).toBe('held');
    });

    test('held: another fault was in place', () => {
      const stall = faultEvents({
        id: 'f2',
        title: 'stall m1',
        injectedMs: 20_400,
        healingMs: 22_000,
      });
      expect(judge(runOf({ events: [...events, ...stall] })).status).toBe('held');
    });

    test('held: the drill was over, and its members were taken down', () => {
      const over = [...events, finalState('m1', { revision: 1, hash: 1 }, 20_900)];
      expect(judge(runOf({ events: over })).status).toBe('held');
    });

    test('held: it is not of the cut any more', () => {
      const late = [...before, ...cut, elected('m3', 5, 24_400)];
      expect(judge(runOf({ events: late })).status).toBe('held');
    });
  });

  test('violated: a surprise election', () => {
    const events = [...before, ...cut, elected('m2', 3, 14_000)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'm2 was elected at term 3, 4 s after "cut m3 off", although m1 kept its majority of 2',
    });
  });

  test('violated: a new leader was seen, though no log tells of it', () => {
    const events = [...before, ...cut, leaderSeen('m2', 3, 14_000)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'the majority view moved to m2 at term 3 at 14 s, although m1 kept its majority of 2',
    });
  });

  test('inconclusive: the logs were not read', () => {
    expect(judge(runOf({ events: [leaderSeen('m1', 2, 1100), ...cut] }))).toMatchObject({
      status: 'inconclusive',
      summary:
        "no log tells of m1's election at term 2, so it is not known that the members' logs were read and that no election was missed",
    });
  });

  test('inconclusive: the members were not watched', () => {
    expect(judge(runOf({ events: [elected('m1', 2, 1000), ...cut] }))).toMatchObject({
      status: 'inconclusive',
      summary:
        'the majority view never showed m1 as leader at term 2, so it is not known that the members were watched and that no election was missed',
    });
  });

  test('a bridge with the leader at one end: the far end has no leader, and there is no election', () => {
    const bridge = onlyLinks([
      ['m1', 'm2'],
      ['m2', 'm3'],
    ]);
    expect(judge(runOf({ events: [...before, ...faultEvents({ cut: bridge })] }))).toMatchObject({
      status: 'held',
      summary: 'm1 stayed leader at term 2, with m3 left without a leader',
    });
  });
});

describe('nobody reaches a majority', () => {
  const cut = onlyLinks([]);
  const lost = [...before, ...faultEvents({ cut, title: 'cut all' }), leaderSeen(null, 2, 11_500)];

  test('held: nobody is elected until the heal, and then somebody is', () => {
    const events = [...lost, elected('m3', 4, 21_100), leaderSeen('m3', 4, 21_300)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'held',
      summary:
        'no leader was elected while nobody reached a majority, and m3 at term 4, 1 s after the heal (bound 4.2 s), which is 4 × election timeout of 1 s + 2 × heartbeat of 100 ms',
    });
  });

  test('violated: elected without a majority', () => {
    const events = [...lost, elected('m3', 4, 15_000), elected('m2', 5, 21_000)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'm3 was elected at term 4, 5 s after "cut all", although it could not reach 2 members',
    });
  });

  test('violated: nobody is elected after the heal', () => {
    expect(judge(runOf({ events: [...lost, stillRunning(26_000)] }))).toMatchObject({
      status: 'violated',
      summary: 'no leader was elected in the 5.9 s after "cut all" was healed (bound 4.2 s)',
    });
  });

  test('violated: elected too late after the heal', () => {
    const events = [...lost, elected('m3', 4, 25_100), leaderSeen('m3', 4, 25_300)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary: 'm3 was elected at term 4, 5 s after "cut all" was healed (bound 4.2 s)',
    });
  });

  test('held: a natural heal may take as long again as the cut lasted', () => {
    const natural = faultEvents({ cut, title: 'cut all', heal: 'natural' });
    const events = [...before, ...natural, elected('m3', 4, 32_000), leaderSeen('m3', 4, 32_100)];
    expect(judge(runOf({ events })).status).toBe('held');
  });

  test('inconclusive: the run ended before an election had to come', () => {
    expect(judge(runOf({ events: [...lost, stillRunning(21_100)] }))).toMatchObject({
      status: 'inconclusive',
      summary: 'no leader was elected in the 1 s after "cut all" was healed, and it may take 4.2 s',
    });
  });

  test('inconclusive: the cut was never healed', () => {
    const unhealed = faultEvents({ cut, title: 'cut all', without: ['fault.healed'] });
    expect(judge(runOf({ events: [...before, ...unhealed] }))).toMatchObject({
      status: 'inconclusive',
      summary: '"cut all" was not healed, so the election after it was not seen',
    });
  });

  test('inconclusive: no log tells of the election after the heal', () => {
    expect(judge(runOf({ events: [...lost, leaderSeen('m3', 4, 21_300)] }))).toMatchObject({
      status: 'inconclusive',
      summary:
        'the majority view shows m3 at term 4 after "cut all" was healed, but no member\'s log tells of that election',
    });
  });
});

describe('no cut between members', () => {
  test('not exercised: nothing happened', () => {
    expect(judge(runOf({ events: before }))).toMatchObject({
      status: 'not-exercised',
      summary: 'no fault in this run cut members off or took them down',
    });
  });

  test('violated: the cluster stayed without a leader for no known reason', () => {
    const events = [...before, ...noneNamed(['m2', 'm3'], 9000), stillRunning(20_000)];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster had no leader for 11 s from 9 s on, and no cut explains it (bound 4.2 s)',
    });
  });

  describe('two of three members do not answer', () => {
    const silent = [noAnswer('m1', 8990), noAnswer('m2', 9000), leaderSeen(null, 2, 9000)];

    test('inconclusive: nobody knows who led', () => {
      const events = [...before, ...silent, stillRunning(20_000)];
      expect(judge(runOf({ events }))).toMatchObject({
        status: 'inconclusive',
        summary:
          'no leader was named for 11 s from 9 s on, but too few members answered for some of it, so it is not known whether there was one (bound 4.2 s)',
      });
    });

    test('violated: once they answer again, they name nobody', () => {
      const back = [...noneNamed(['m1', 'm3'], 12_000), stillRunning(20_000)];
      expect(judge(runOf({ events: [...before, ...silent, ...back] }))).toMatchObject({
        status: 'violated',
        summary:
          'the cluster had no leader for 8 s from 12 s on, and no cut explains it (bound 4.2 s)',
      });
    });

    test('not exercised: the same leader at the same term came after, so it stayed', () => {
      const back = [view('m1', 'm1', 2, 20_000), leaderSeen('m1', 2, 20_000)];
      const events = [...before, ...silent, ...back];
      expect(judge(runOf({ events })).status).toBe('not-exercised');
    });
  });
});

test('two cuts are judged each by itself', () => {
  const events = [
    ...before,
    ...faultEvents({ cut: isolate(['m1']) }),
    elected('m2', 3, 11_150),
    leaderSeen('m2', 3, 11_200),
    ...faultEvents({
      id: 'f2',
      title: 'cut m3 off',
      injectedMs: 25_000,
      healingMs: 35_000,
      cut: { ...isolate(['m3'], { leader: 'm2' }), term: 3 },
    }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'held',
    summary:
      'elections were as 2 cuts made them: m2 was elected at term 3, 1.15 s after m1 was cut off (bound 4.2 s); m2 stayed leader at term 3',
  });
});

test('inconclusive: two cuts at a time', () => {
  const events = [
    ...before,
    ...faultEvents({ cut: isolate(['m1']) }),
    ...faultEvents({ id: 'f2', title: 'cut m3 off', injectedMs: 12_000, cut: isolate(['m3']) }),
  ];
  expect(judge(runOf({ events }))).toMatchObject({
    status: 'inconclusive',
    summary:
      '"cut m1 off" was in place together with "cut m3 off"; "cut m3 off" was in place together with "cut m1 off"',
  });
});

describe('clients are cut off', () => {
  const clients = (...cutOff: readonly string[]): Cut => ({
    links: cutOff.map((member) => ['clients', member]),
    scope: 'client',
    leader: 'm1',
    term: 2,
  });

  test('held: Raft does not notice', () => {
    const events = [...before, ...faultEvents({ cut: clients('m1'), title })];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'held',
      summary: 'm1 stayed leader at term 2',
    });
  });

  test('violated: an election all the same', () => {
    const events = [
      ...before,
      ...faultEvents({ cut: clients('m1'), title }),
      elected('m2', 3, 12_000),
    ];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'm2 was elected at term 3, 2 s after "cut m1 off", although m1 kept its majority of 2',
    });
  });

  const unseen = [...noneNamed(['m2', 'm3'], 10_500), leaderSeen('m1', 2, 20_500)];

  test('held: a majority that is cut off from clients cannot be asked who leads', () => {
    const events = [...before, ...faultEvents({ cut: clients('m1', 'm2'), title }), ...unseen];
    expect(judge(runOf({ events })).status).toBe('held');
  });

  test('violated: once it can be asked again, it names no leader', () => {
    const events = [
      ...before,
      ...faultEvents({ cut: clients('m1', 'm2'), title }),
      ...noneNamed(['m2', 'm3'], 10_500),
      stillRunning(60_000),
    ];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster had no leader for 39.9 s from 20.1 s on, and no cut explains it (bound 4.2 s)',
    });
  });

  test('violated: one that can be asked names no leader', () => {
    const events = [...before, ...faultEvents({ cut: clients('m1'), title }), ...unseen];
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'violated',
      summary:
        'the cluster had no leader for 10 s from 10.5 s on, and no cut explains it (bound 4.2 s)',
    });
  });

  test('held: together with a cut between members, which is judged by itself', () => {
    const events = [
      ...before,
      ...faultEvents({ cut: clients('m3'), title: 'no clients', id: 'f2' }),
      ...faultEvents({ cut: isolate(['m3']), title }),
    ];
    expect(judge(runOf({ events })).status).toBe('held');
  });
});
