import type { Member } from '../cluster/member.ts';
import {
  addLearner,
  choice,
  converges,
  durable,
  duration,
  elects,
  exercised,
  integer,
  keepsQuorum,
  oneLeaderPerTerm,
  quorum,
  recoversWithin,
  scenario,
  stop,
  writeGapWithin,
} from '../index.ts';
import type { Stage } from '../runner/stage.ts';

export default scenario(
  {
    summary:
      'Grow the cluster under load, member by member, and shrink it again, with members down for maintenance on the way: clients go on throughout.',
    teaches:
      'A new member that is added as a learner costs nothing until it is promoted, whatever becomes of it. Added as a voter it raises the majority at once: until it runs and has caught up, the cluster survives one loss less than before. etcd takes in one learner at a time by default, and wants all voters connected for 5 s before the next change, so growing from 3 to 7 takes about half a minute. Shrinking removes anybody but the leader.',
    matrix: { members: [3, 5] },
    parameters: {
      by: integer({ min: 1, max: 6 }, 4, 'how many members come, and go again'),
      as: choice(
        ['learners', 'voters'],
        'learners',
        'what new members are until they have started',
      ),
      hold: duration('5s', 'how long a minority is down while the first new member is to start'),
    },
    short: { by: '2' },
    control: {
      set: { as: 'voters' },
      violates: ['keeps-quorum', 'write-gap-within'],
      because:
        'a voter that has not started yet counts, so the minority that is down is one too many',
    },
    assertions: ({ hold }) => [
      keepsQuorum(),
      writeGapWithin('4200ms', { during: 'resize' }),
      elects(),
      recoversWithin('4200ms'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: hold }),
    ],
  },
  async (stage) => {
    const { cluster, load, step, random, parameters } = stage;
    const { by, as, hold } = parameters;
    const size = cluster.members.length;
    const leader = await cluster.leader();
    const resting = random.sample(cluster.except(leader), size - quorum(size));
    const maintenance = async (): Promise<void> => {
      await using _ = await cluster.inject(stop(resting));
      await load.run(hold);
    };
    await step(`resize to ${size + by}`, async () => {
      for (let added = 0; added < by; added += 1)
        await ways[as](stage, added === 0 ? maintenance : () => load.run('500ms'));
    });
    await step('stay', () => load.run('2s'));
    await step(`resize to ${size}`, async () => {
      for (let removed = 0; removed < by; removed += 1) {
        const [one] = random.sample(cluster.except(await cluster.leader()), 1);
        if (one) await step(`remove ${one.name}`, () => cluster.remove(one));
      }
    });
    await step('go on', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('2s');
    });
  },
);

const ways = {
  learners: (stage: Stage, meanwhile: () => Promise<void>) =>
    stage.step('add a learner', () => addLearner(stage, meanwhile)),
  voters: (stage: Stage, meanwhile: () => Promise<void>) =>
    stage.step('add a voter', () => addVoter(stage, meanwhile)),
};

async function addVoter({ cluster }: Stage, meanwhile: () => Promise<void>): Promise<Member> {
  const member = await cluster.add({ start: false });
  await meanwhile();
  await member.start();
  return member;
}
