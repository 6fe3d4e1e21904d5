import {
  converges,
  durable,
  duration,
  exercised,
  measureRoundTrips,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
  stableLeader,
  timeoutsFit,
  zones,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Spread members over three regions, two near each other and one far: the leader must stay, writes go on.',
    teaches:
      'What a cluster across regions costs: each write waits for the nearest majority, so two near regions keep it quick wherever the third is, ' +
      'while clients and members of the far one pay its round trip. The timeouts must fit the longest round trip, not the usual one; the verdict names them.',
    matrix: { members: [3, 5] },
    parameters: {
      near: duration('20ms', 'round trip between the zones a and b'),
      far: duration('80ms', 'round trip between the zone c and each of the others'),
      heartbeat: duration('100ms', "etcd's heartbeat interval"),
      election: duration('2s', "etcd's election timeout"),
      hold: duration('10s', 'how long the zones are apart'),
    },
    short: { hold: '4s' },
    control: {
      set: { far: '1500ms' },
      violates: ['stable-leader', 'timeouts-fit', 'recovers-within', 'timeline'],
      because:
        'a round trip of 1.5 s to the far region asks for an election timeout of 15 s, and the run has 2 s',
    },
    cluster: ({ heartbeat, election }) => ({
      heartbeatMs: heartbeat,
      electionMs: election,
      zones: ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'],
    }),
    assertions: ({ hold, far }) => [
      stableLeader(),
      timeoutsFit(),
      recoversWithin(2000 + 5 * far),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, observe, parameters }) => {
    const { near, far, hold } = parameters;
    const { members } = cluster;
    await step('put the zones apart', async () => {
      await using _ = await cluster.inject(zones(members, { 'a-b': near, 'a-c': far, 'b-c': far }));
      observe('round-trips', { longestMs: await measureRoundTrips(members) });
      await load.run(hold);
    });
    await step('bring them together', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('2s');
    });
  },
);
