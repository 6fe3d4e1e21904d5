import { clearForUpgrade } from '../actions/clear-for-upgrade.ts';
import { publishAgain } from '../actions/publish-again.ts';
import { leaderLast, upgradeCluster } from '../actions/upgrade-cluster.ts';
import { DrillError } from '../errors.ts';
import { patientMs } from '../etcd/admin.ts';
import {
  choice,
  converges,
  durable,
  duration,
  membersSurvive,
  oneLeaderPerTerm,
  rebuildMember,
  scenario,
  type Stage,
  version,
  writeGapWithin,
} from '../index.ts';
import { isBelow, keepsPromoted, minorOf, pathOf } from '../upgrade/versions.ts';

export default scenario(
  {
    summary:
      'Upgrade a cluster member by member while clients work: no acknowledged write may be lost, and none refused for long.',
    teaches:
      'An upgrade costs clients a few hundred milliseconds where the leader comes last and hands over first. Until the last member runs the new version each can go back; then the cluster’s version moves, and there is no way back without a downgrade. etcd itself refuses little: 3.7 over a log with entries of 3.5 panics, members promoted from learners below 3.5.26 are learners again under 3.6, and a skipped minor may even seem to work. The pre-flight refuses all three, and says what to do first.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      from: version('3.5.35', 'what the members run at first'),
      to: version('3.7.3', 'what they run at last'),
      path: choice(
        ['safe', 'straight'],
        'safe',
        'by way of each minor, and of the patch releases that must be passed, or straight there',
      ),
      preflight: choice(
        ['on', 'off'],
        'on',
        'whether the pre-flight is asked before each version, and what it asks for is done',
      ),
      rollback: choice(
        ['never', 'each-step'],
        'never',
        "whether each member goes back and there again, while the cluster's version allows it",
      ),
      learners: choice(
        ['none', 'promoted'],
        'none',
        'whether two members came in as learners and were promoted',
      ),
      ending: choice(
        ['stop', 'kill'],
        'stop',
        'how a member is ended before: with open watches etcd takes its 7 s of grace to stop',
      ),
      rest: duration('2s', 'how long the clients go on between two members'),
    },
    short: { ending: 'kill', rest: '200ms' },
    control: {
      set: { preflight: 'off' },
      violates: ['timeline', 'members-survive', 'converges'],
      because:
        'no member writes a snapshot on 3.6, so 3.7 replays entries of 3.5, over which it panics',
    },
    cluster: ({ from }) => ({ etcd: [from] }),
    images: ({ from, to, path, preflight }) => {
      const versions = pathOf(from, to, path);
      if (!isBelow(from, to))
        throw new DrillError(`${to} is not above ${from}: see \`downgrade\`.`);
      if (preflight === 'on') refuseSkipped(versions);
      return versions.slice(1);
    },
    assertions: [
      membersSurvive(),
      writeGapWithin('3s', { during: 'roll' }),
      durable(),
      converges(),
      oneLeaderPerTerm(),
    ],
  },
  async (stage) => {
    const { from, to, path, preflight, rollback, learners, rest, ending } = stage.parameters;
    const pace = { rest, ending };
    const promoted = learners === 'promoted' ? await promoteTwo(stage) : [];
    let oldEntriesUpTo: number | 'unknown' = minorOf(from) < 6 ? 'unknown' : 0;
    let now = from;
    for (const next of pathOf(from, to, path).slice(1)) {
      const needsPublishing = promoted.length > 0 && minorOf(now) === 5 && minorOf(next) === 6;
      if (preflight === 'on' && needsPublishing && !isBelow(now, keepsPromoted))
        await publishAgain(stage, pace);
      if (preflight === 'on')
        await clearForUpgrade(stage, next, { oldEntriesUpTo, promoted }, pace);
      await upgradeCluster(stage, next, { rollBack: rollback === 'each-step', ...pace });
      if (oldEntriesUpTo === 'unknown' && minorOf(next) >= 6)
        oldEntriesUpTo = await lastEntry(stage);
      now = next;
    }
    await stage.step('go on', () => stage.load.run(rest));
  },
);

/** What the pre-flight would refuse in the middle of the run is refused before it. */
function refuseSkipped(versions: readonly string[]): void {
  for (const [index, next] of versions.entries()) {
    const before = versions[index - 1] ?? next;
    if (minorOf(next) - minorOf(before) <= 1) continue;
    throw new DrillError(
      `${before} to ${next} skips a minor, and etcd goes up one at a time: leave out \`--set path=straight\`, or see with \`--set preflight=off\` what becomes of it.`,
    );
  }
}

/** Two members come in anew, as learners, and are promoted; the leader stays. */
async function promoteTwo(stage: Stage): Promise<string[]> {
  const chosen = (await leaderLast(stage)).slice(0, 2);
  for (const member of chosen) await rebuildMember(stage, member);
  return chosen.map(({ name }) => name);
}

/** The index that every entry of before now is at or below. */
async function lastEntry({ cluster }: Stage): Promise<number> {
  const statuses = await Promise.all(cluster.members.map(({ admin }) => admin.status(patientMs)));
  return Math.max(...statuses.map(({ raftIndex }) => raftIndex));
}
