import {
  converges,
  durable,
  duration,
  exercised,
  integer,
  loss,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
  stableLeader,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Lose packets between all members, both ways: the leader must stay, and writes go on, if more slowly.',
    teaches:
      'How much loss a cluster takes. TCP sends again what is lost, so a few percent cost writes their speed and nothing else; ' +
      "once several in a row are lost, TCP's backoff outlasts the election timeout, and leaders fall. Loss in bursts does so at a smaller share.",
    matrix: { members: [3, 5] },
    parameters: {
      percent: integer({ min: 1, max: 90 }, 5, 'of the packets between members that are lost'),
      burst: integer({ min: 1, max: 20 }, 1, 'mean number of packets that are lost in a row'),
      hold: duration('10s', 'how long packets are lost'),
    },
    short: { hold: '4s' },
    control: {
      set: { percent: '80' },
      violates: ['stable-leader', 'recovers-within', 'timeline'],
      because: "four of five packets lost keep TCP's backoff above the election timeout",
    },
    assertions: ({ hold }) => [
      stableLeader(),
      recoversWithin('5s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, parameters }) => {
    const { percent, burst, hold } = parameters;
    const { members } = cluster;
    await step('lose packets', async () => {
      await using _ = await cluster.inject(loss(members, members, { percent, burst }));
      await load.run(hold);
    });
    await step('lose none', async () => {
      await cluster.converges({ within: '20s' });
      await load.run('2s');
    });
  },
);
