import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import {
  type CutShape,
  DrillError,
  type HealableFault,
  bridge,
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  isolatedRefuses,
  majoritiesRing,
  oneLeaderPerTerm,
  partition,
  partitionAlong,
  quorum,
  recoversWithin,
  scenario,
  serializableAnswers,
  twoSides,
} from '../index.ts';
import type { ParameterValues } from '../parameters.ts';
import type { Random } from '../runner/random.ts';

const parameters = {
  mode: choice(
    ['sides', 'bridge', 'ring', 'pair'],
    'sides',
    'two sides; two sides that one member joins; a ring in which each member sees another majority; one link',
  ),
  target: choice(
    ['leader', 'follower', 'minority', 'majority'],
    'leader',
    'sides: which is cut off from the rest (the leader, one follower, the largest minority or a majority with the leader); pair: a follower is cut off from the leader, or from a follower',
  ),
  joins: choice(
    ['follower', 'leader'],
    'follower',
    'bridge: who joins the two sides; where it is a follower, the leader stands at one end',
  ),
  direction: choice(
    ['both', 'inbound', 'outbound'],
    'both',
    'sides and pair: which packets are lost, as the target sees it',
  ),
  scope: choice(
    ['peer', 'client', 'all'],
    'peer',
    "peer traffic only, the target's clients (sides), or every packet between members",
  ),
  hold: duration('10s', 'how long the cut lasts'),
  heal: choice(
    ['fast', 'natural', 'never'],
    'fast',
    "reset the connections that hang after the cut, leave them to TCP's backoff as an outage does, or leave the cut in place to the end",
  ),
};
type Values = ParameterValues<typeof parameters>;

export default scenario(
  {
    summary:
      'Cut members off from the rest: the majority must have a leader, serve and lose nothing, the minority must refuse.',
    teaches:
      'What etcd does follows from the links that are left. A leader that loses its majority is replaced within two election timeouts or so, and its old side refuses writes and linearizable reads instead of serving what may be stale. A leader that keeps a majority stays, even where others cannot hear it: over a bridge or in a ring they have no leader and cannot elect one, because whoever hears the leader refuses its vote. A cut in one direction is a whole one, as TCP needs both, though a write that timed out may have arrived and been made. Clients cut off from the leader change nothing for Raft.',
    matrix: { members: [3, 5, 7] },
    parameters,
    short: { hold: '5s' },
    control: {
      set: { heal: 'never' },
      violates: ['timeline', 'converges', 'recovers-within'],
      because: 'the cut is never healed, so the member that is cut off cannot catch up',
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
      exercised({ writesDuringFault: hold < 10_000 ? 100 : 500, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, probe, random, parameters: values }) => {
    const { hold, heal } = values;
    const fault = cutOf(values, cluster, await cluster.leader(), random);

    // Ends with the drill: what it has under way must lengthen neither the cut nor the way back.
    await using _probes = probe(cluster.members);
    await step(fault.title, async () => {
      const cut = await cluster.inject(fault);
      await load.run(hold);
      if (heal !== 'never') await cut.heal();
    });
    await step('recover', async () => {
      await cluster.converges({ within: heal === 'natural' ? '60s' : '15s' });
      await load.run('3s');
    });
  },
);

/** The cut that the parameters ask for; one that means nothing, or not at this size, is refused. */
function cutOf(values: Values, cluster: Cluster, leader: Member, random: Random): HealableFault {
  const { mode, target, joins, direction, scope } = values;
  const heal = values.heal === 'natural' ? 'natural' : 'fast';
  refuseMeaningless(values);
  const followers = cluster.except(leader);
  const chosen = random.sample(followers, 1);
  const others = cluster.except(leader, ...chosen);
  if (mode === 'sides') {
    const majority = quorum(cluster.members.length);
    const sizes = { leader: 1, minority: cluster.members.length - majority, majority };
    const cutOff =
      target === 'follower' ? chosen : [leader, ...chosen, ...others].slice(0, sizes[target]);
    return partition(cutOff, cluster.except(...cutOff), { scope, direction, heal });
  }
  const shape = {
    pair: () => twoSides(target === 'leader' ? [leader] : others.slice(0, 1), chosen, direction),
    bridge: () => bridgeOf(joins === 'leader' ? [leader] : chosen, [leader, ...chosen, ...others]),
    ring: () => majoritiesRing(cluster.members),
  }[mode]();
  return partitionAlong(shape, { heal, scope: scope === 'all' ? 'all' : 'peer' });
}

/** `joint` between two halves of the rest; the leader, where it does not join them, is in the first. */
function bridgeOf([joint]: readonly Member[], order: readonly Member[]): CutShape<Member> {
  const rest = order.filter((member) => member !== joint);
  const half = Math.ceil(rest.length / 2);
  if (joint) return bridge(joint, rest.slice(0, half), rest.slice(half));
  throw new DrillError(
    'A bridge needs three or more members: start a larger cluster with `--members`.',
  );
}

function refuseMeaningless({ mode, target, direction, scope }: Values): void {
  const refuse = (setting: string, instead: string): never => {
    throw new DrillError(
      `\`--set mode=${mode}\` and \`--set ${setting}\` do not go together: ${instead}.`,
    );
  };
  if (mode === 'sides') return;
  if (scope === 'client') refuse('scope=client', 'clients are cut off with mode=sides');
  if (mode === 'pair') {
    if (target === 'minority' || target === 'majority')
      refuse(`target=${target}`, 'a pair is two members, so take leader or follower');
  } else if (direction !== 'both')
    refuse(`direction=${direction}`, 'take mode=sides or mode=pair for a cut in one direction');
}
