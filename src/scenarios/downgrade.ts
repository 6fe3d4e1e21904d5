import { allowDowngrade } from '../actions/allow-downgrade.ts';
import { clearForUpgrade } from '../actions/clear-for-upgrade.ts';
import { upgradeCluster } from '../actions/upgrade-cluster.ts';
import { DrillError } from '../errors.ts';
import {
  choice,
  converges,
  durable,
  duration,
  membersSurvive,
  oneLeaderPerTerm,
  scenario,
  version,
  writeGapWithin,
} from '../index.ts';
import { isBelow, minorOf, pathOf } from '../upgrade/versions.ts';

export default scenario(
  {
    summary:
      'Take a cluster back to an older etcd, member by member while clients work: no acknowledged write may be lost.',
    teaches:
      'A member below the cluster’s version ends at once (`version "3.7.0" is not supported` from 3.6 on, `invalid downgrade` before). `etcdctl downgrade enable` brings the version of the cluster and of its storage down first, within seconds and under load; then members are changed one by one, as upwards. It goes one minor at a time, and to 3.5 at the lowest: below that only a snapshot from before the upgrade helps. `etcdctl downgrade cancel` says that it succeeded even where none was under way.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      from: version('3.7.3', 'what the members run at first'),
      to: version('3.6.16', 'what they run at last; 3.5 is the lowest'),
      enable: choice(
        ['yes', 'no'],
        'yes',
        'whether etcd is told of each downgrade before, or members are changed all the same',
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
      set: { enable: 'no' },
      violates: ['timeline', 'members-survive', 'converges'],
      because: 'a member below the version of its cluster refuses to start',
    },
    cluster: ({ from }) => ({ etcd: [from] }),
    images: ({ from, to }) => {
      if (!isBelow(to, from))
        throw new DrillError(`${to} is not below ${from}: see \`rolling-upgrade\`.`);
      if (minorOf(to) < 5)
        throw new DrillError(`etcd goes back to 3.5 at the lowest, and not to ${to}.`);
      return pathOf(from, to, 'safe').slice(1);
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
    const { from, to, enable, ending, rest } = stage.parameters;
    const pace = { ending, rest };
    let now = from;
    for (const next of pathOf(from, to, 'safe').slice(1)) {
      if (enable === 'yes') {
        if (minorOf(next) < minorOf(now)) await allowDowngrade(stage, next);
        await clearForUpgrade(stage, next, { oldEntriesUpTo: 0, promoted: [] }, pace);
      }
      await upgradeCluster(stage, next, { rollBack: false, ...pace });
      now = next;
    }
    await stage.step('go on', () => stage.load.run(rest));
  },
);
