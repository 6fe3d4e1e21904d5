import {
  converges,
  durable,
  duration,
  exercised,
  handOver,
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
      'Spread members over three regions, two near each other and one far, with the leader in the far one: it must stay, and writes go on.',
    teaches:
      'What a cluster across regions costs: each write waits for the nearest majority, so with a leader in one of two near regions it is quick wherever the third is, ' +
      'and with the leader in the far one each write pays its round trip. The timeouts must fit the longest round trip, not the usual one; the verdict names them.',
    matrix: { members: [3, 5] },
    parameters: {
      near: duration('20ms', 'round trip between the zones a and b'),
      far: duration('80ms', 'round trip between the zone c and each of the others'),
      heartbeat: duration('100ms', "etcd's heartbeat interval"),
      election: duration('1500ms', "etcd's election timeout"),
      hold: duration('10s', 'how long the zones are apart'),
    },
    short: { hold: '4s' },
    control: {
      set: { far: '3500ms' },
      violates: ['stable-leader', 'recovers-within'],
      alongside: ['timeouts-fit', 'timeline'],
      because:
        'to the leader acknowledgements come back after two election timeouts and more: it steps down, or every write waits for them',
    },
    cluster: ({ heartbeat, election }) => ({
      heartbeatMs: heartbeat,
      electionMs: election,
      zones: ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'],
    }),
    assertions: ({ hold }) => [
      stableLeader(),
      timeoutsFit(),
      recoversWithin('3s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, observe, parameters }) => {
    const { near, far, hold } = parameters;
    const { members } = cluster;
    await step('let the far region lead', async () => {
      const [remote] = members.filter(({ zone }) => zone === 'c');
      if (remote) await handOver(cluster, remote);
    });
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
