import type { Member } from '../cluster/member.ts';
import {
  choice,
  converges,
  durable,
  duration,
  handOver,
  oneLeaderPerTerm,
  scenario,
  triggered,
  writeGapWithin,
} from '../index.ts';
import type { Stage } from '../runner/stage.ts';

export default scenario(
  {
    summary:
      'Hand the lead to each follower in turn under load: a leader that goes on purpose costs clients far less than one that is missed.',
    teaches:
      'MoveLeader tells a follower that has caught up to campaign at once, so nobody waits for an election timeout: writes pause for milliseconds, where a dead leader costs one to two seconds. Move the lead before a leader is stopped, upgraded or removed. What the old leader takes in while it hands over is dropped without a word, and its client learns that only by its own deadline: a short one keeps that short.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      how: choice(['move', 'kill'], 'move', 'MoveLeader, or a leader that dies and is replaced'),
      pace: duration('5s', 'how long each of them leads'),
    },
    short: { pace: '3s' },
    control: {
      set: { how: 'kill' },
      violates: ['write-gap-within'],
      because: 'a dead leader is replaced only once an election timeout has passed without it',
    },
    assertions: [
      triggered(),
      // Less than a dead leader costs at the least: nine ticks of 100 ms and an election.
      writeGapWithin('900ms', { during: 'hand the lead' }),
      durable(),
      converges(),
      oneLeaderPerTerm(),
    ],
  },
  async (stage) => {
    const { cluster, load, step, parameters } = stage;
    for (const next of cluster.except(await cluster.leader())) {
      const leader = await cluster.leader();
      // An election of the cluster's own may have come first.
      if (next === leader) continue;
      if (parameters.how === 'move') await transfer(stage, leader, next);
      else await die(stage, leader);
      await load.run(parameters.pace);
    }
    await step('go on', () => cluster.converges({ within: '10s' }));
  },
);

async function transfer(
  { cluster, step, trigger, nowMs }: Stage,
  leader: Member,
  next: Member,
): Promise<void> {
  await step(`hand the lead of ${leader.name} to ${next.name}`, async () => {
    const askedMs = nowMs();
    const { asked } = await handOver(cluster, next);
    const tookMs = Math.round(nowMs() - askedMs);
    trigger(asked > 0, `${next.name} leads ${tookMs} ms after MoveLeader to it was begun`);
  });
}

async function die({ cluster, step, trigger }: Stage, leader: Member): Promise<void> {
  await step(`hand the lead of ${leader.name} on by its death`, async () => {
    await leader.kill();
    const elected = await cluster.elects({ other: leader, within: '10s' });
    trigger(true, `${elected.name} leads, elected after ${leader.name} was killed`);
    await leader.start();
  });
}
