import {
  converges,
  delay,
  durable,
  duration,
  exercised,
  measureRoundTrips,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
  stableLeader,
  timeoutsFit,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Put a round trip between all members: timeouts that fit it must keep the leader, and writes must go on.',
    teaches:
      "Which heartbeat and election timeout a network asks for. Up to 5 ms etcd's defaults are right; from 5 to 50 ms they still are, " +
      'and a write costs a round trip more; beyond, take the values that the verdict recommends from the round trips it measured. ' +
      'A steady delay alone deposes no leader, since heartbeats go on arriving; but once votes come back later than the election timeout, the first disturbance leaves the cluster without one.',
    matrix: { members: [3, 5] },
    parameters: {
      rtt: duration('40ms', 'round trip between any two members'),
      jitter: duration('0ms', 'how far single packets are off half of it'),
      heartbeat: duration('100ms', "etcd's heartbeat interval"),
      election: duration('1s', "etcd's election timeout"),
      hold: duration('10s', 'how long members are apart'),
    },
    short: { hold: '4s' },
    control: {
      set: { rtt: '2400ms' },
      violates: ['stable-leader', 'recovers-within'],
      alongside: ['timeouts-fit', 'timeline'],
      because:
        'acknowledgements come back after two election timeouts and more: writes wait for seconds, and a leader that hears from nobody for so long may step down',
    },
    cluster: ({ heartbeat, election }) => ({ heartbeatMs: heartbeat, electionMs: election }),
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
    const { rtt, jitter, hold } = parameters;
    const { members } = cluster;
    await step('put members apart', async () => {
      await using _ = await cluster.inject(
        delay(members, members, { delayMs: rtt / 2, jitterMs: jitter }),
      );
      observe('round-trips', { longestMs: await measureRoundTrips(members) });
      await load.run(hold);
    });
    await step('bring them together', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('2s');
    });
  },
);
