import type { Member } from '../cluster/member.ts';
import {
  DrillError,
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  isolatedRefuses,
  oneLeaderPerTerm,
  partition,
  quorum,
  recoversWithin,
  scenario,
  serializableAnswers,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Cut members off from the rest: the majority must have a leader, serve and lose nothing, the minority must refuse.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['leader', 'follower', 'minority', 'majority'],
        'leader',
        'which side is cut off from the rest: the leader, one follower, the largest minority with the leader, or a majority with the leader',
      ),
      scope: choice(
        ['peer', 'all'],
        'peer',
        'peer traffic only, or every packet between the sides',
      ),
      hold: duration('10s', 'how long the cut lasts'),
      heal: choice(
        ['fast', 'natural'],
        'fast',
        "reset the connections that hang after the cut, or leave them to TCP's backoff as an outage does",
      ),
    },
    assertions: ({ hold, heal }) => [
      elects(),
      isolatedRefuses(),
      serializableAnswers(),
      // A natural heal waits for TCP's backoff, which grows with the cut.
      recoversWithin(heal === 'natural' ? 10_000 + 2 * hold : 10_000),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 500, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, probe, random, parameters }) => {
    const { target, scope, hold, heal } = parameters;
    const majority = sizeOfMajority(target, cluster.members.length);
    const leader = await cluster.leader();
    const followers = cluster.except(leader);
    const sides: Record<typeof target, () => Member[]> = {
      leader: () => [leader],
      follower: () => random.sample(followers, 1),
      minority: () => [leader, ...random.sample(followers, cluster.members.length - majority - 1)],
      majority: () => [leader, ...random.sample(followers, majority - 1)],
    };
    const cutOff = sides[target]();
    const rest = cluster.except(...cutOff);
    const names = cutOff.map((member) => member.name).join(', ');

    // Ends with the drill: what it has under way must lengthen neither the cut nor the way back.
    await using _probes = probe(cluster.members);
    await step(`cut off ${names}`, async () => {
      await using _ = await cluster.inject(partition(cutOff, rest, { scope, heal }));
      await load.run(hold);
    });
    await step('recover', async () => {
      await cluster.converges({ within: heal === 'natural' ? '60s' : '15s' });
      await load.run('3s');
    });
  },
);

/** Refuses a size of which `target` is nobody, or everybody. */
function sizeOfMajority(target: string, size: number): number {
  const majority = quorum(size);
  const minority = size - majority;
  const cutOff = target === 'majority' ? majority : target === 'minority' ? minority : 1;
  if (cutOff > 0 && cutOff < size) return majority;
  throw new DrillError(
    `\`--set target=${target}\` cuts ${cutOff} of ${size} members off, which leaves a side of the partition without any. ` +
      'Take a larger cluster, for example `--members 3`.',
  );
}
