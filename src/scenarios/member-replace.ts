import type { Member } from '../cluster/member.ts';
import {
  addLearner,
  choice,
  converges,
  dataLoss,
  durable,
  duration,
  exercised,
  fullServiceWithin,
  keepsQuorum,
  oneLeaderPerTerm,
  quorum,
  recoversWithin,
  scenario,
  writeGapWithin,
} from '../index.ts';
import type { Phase, Stage } from '../runner/stage.ts';

export default scenario(
  {
    summary:
      'Replace members by new ones with other names and addresses: the dead are removed first, and the quorum is never in danger.',
    teaches:
      'A voter counts from the moment it is added, whether or not it ever starts. With one of three dead, a fourth that is added first raises the majority to three while two are up: nothing is served until it runs, and if its address is wrong, never again. etcd’s own guard (`--strict-reconfig-check`) refuses that; the drill takes it off for `order=add-first`. Remove the dead first, then add the new one as a learner.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      target: choice(
        ['follower', 'leader'],
        'follower',
        'whether the leader is among the replaced',
      ),
      state: choice(
        ['dead', 'alive'],
        'dead',
        'the largest minority is lost with its disks, or one member is replaced while it lives',
      ),
      order: choice(
        ['remove-first', 'add-first'],
        'remove-first',
        'removed and then added as a learner, or added as a voter and then removed',
      ),
      startsAfter: duration('5s', 'how long after it was added a new member is started'),
    },
    short: {},
    control: {
      set: { order: 'add-first' },
      violates: [
        'keeps-quorum',
        'write-gap-within',
        'recovers-within',
        // The cluster may take longer to come back than its timeline waits.
        'timeline',
        'full-service-within',
        'converges',
      ],
      because:
        'voters that are added before the dead are removed raise the majority beyond who is up',
    },
    cluster: ({ order }) =>
      order === 'add-first' ? { extraFlags: ['--strict-reconfig-check=false'] } : {},
    assertions: ({ state }) => [
      keepsQuorum(),
      writeGapWithin('4200ms', { during: 'replace' }),
      fullServiceWithin('90s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      ...(state === 'dead'
        ? [recoversWithin('4200ms'), exercised({ writesDuringFault: 100, faultLasted: '2s' })]
        : []),
    ],
  },
  async (stage) => {
    const { cluster, load, step, recovery, nowMs, random, parameters } = stage;
    const { target, state, order, startsAfter } = parameters;
    const leader = await cluster.leader();
    const followers = cluster.except(leader);
    const { length } = cluster.members;
    const amount = state === 'dead' ? length - quorum(length) : 1;
    const replaced =
      target === 'leader'
        ? [leader, ...random.sample(followers, amount - 1)]
        : random.sample(followers, amount);
    const sinceMs = nowMs();
    await using _ = state === 'dead' ? await cluster.inject(dataLoss(replaced)) : undefined;
    await step('write on', () => load.run('2s'));
    const names = replaced.map(({ name }) => name).join(', ');
    await recovery(`replace ${names}`, sinceMs, async (phase) => {
      const meanwhile = (): Promise<void> => load.run(startsAfter);
      await ways[order](stage, { replaced, phase, meanwhile });
      await phase('full health', () => cluster.converges({ within: '15s' }));
    });
    await step('go on', () => load.run('2s'));
  },
);

interface Replacement {
  readonly replaced: readonly Member[];
  readonly phase: Phase;
  readonly meanwhile: () => Promise<void>;
}

const ways = { 'remove-first': removeFirst, 'add-first': addFirst };

/** The dead count too: etcd takes nobody in, not even a learner, while a voter is not connected. */
async function removeFirst(
  stage: Stage,
  { replaced, phase, meanwhile }: Replacement,
): Promise<void> {
  for (const member of replaced)
    await phase(`remove ${member.name}`, () => stage.cluster.remove(member));
  for (const member of replaced)
    await phase(`add another for ${member.name}`, () => addLearner(stage, meanwhile));
}

async function addFirst(
  { cluster }: Stage,
  { replaced, phase, meanwhile }: Replacement,
): Promise<void> {
  for (const member of replaced) {
    await phase(`add another for ${member.name}`, async () => {
      const added = await cluster.add({ start: false });
      await meanwhile();
      await added.start();
    });
    await phase(`remove ${member.name}`, () => cluster.remove(member));
  }
}
