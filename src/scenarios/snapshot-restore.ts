import { restoreTool } from '../actions/restore-tool.ts';
import {
  choice,
  converges,
  dataLoss,
  durable,
  duration,
  exercised,
  firstWrite,
  fullHealth,
  fullServiceWithin,
  integer,
  oldWatches,
  oneLeaderPerTerm,
  quorum,
  restoreBackup,
  saveBackup,
  scenario,
  takeUpOldWatch,
  writeKeys,
} from '../index.ts';

const prefix = 'drill/kept/';
/** More than any cluster writes between a backup and its loss; what etcd's own guide names. */
const bumpBy = 1_000_000_000;

export default scenario(
  {
    summary:
      'Lose members with all their data; a backup restored on every member brings back all that was acknowledged before it.',
    teaches:
      'A restore makes a new cluster: every member is restored from the same file, with a new token, and none of the old ones may live on beside it. What was acknowledged after the backup is gone (RPO), so its age is what counts. The revision goes back too: without `--bump-revision` and `--mark-compacted` a client that goes on watching where it was hangs in silence, with them it is told to read anew.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      loss: choice(
        ['all', 'majority', 'member', 'data-dir'],
        'all',
        'whose disk is lost: everybody’s, a majority’s, one member’s; or every data directory, under running etcds',
      ),
      keys: integer({ min: 1, max: 1_000_000 }, 10_000, 'keys written before the backup is due'),
      snapshot: choice(
        ['fresh', 'stale'],
        'fresh',
        'taken once the keys are written, or longer ago than `rpo` allows: a backup job that has failed since',
      ),
      bump: choice(
        ['on', 'off'],
        'on',
        'whether the revision is raised, which 3.4.27 and 3.5.10 can',
      ),
      after: duration('5s', 'how long clients write on after the backup'),
      rpo: duration('15s', 'the last writes that may be lost, in time'),
      within: duration('30s', 'how long it may take from the loss to full service'),
    },
    short: { keys: '2000', after: '3s', rpo: '10s' },
    control: {
      set: { snapshot: 'stale' },
      violates: ['durable'],
      because:
        'what was acknowledged since a backup that is too old is lost, however well it restores',
    },
    assertions: ({ bump, rpo, within }) => [
      fullServiceWithin(within),
      durable({ allowedLoss: { within: rpo } }),
      oldWatches({ expected: bump === 'on' ? 'told' : 'silent' }),
      converges(),
      oneLeaderPerTerm(),
      // Who still has a quorum serves until the restore stops it.
      exercised({ writesDuringFault: 0, faultLasted: 0 }),
    ],
  },
  async (stage) => {
    const { cluster, load, step, client, recovery, watch, random, nowMs, parameters } = stage;
    const bump = parameters.bump === 'on' ? bumpBy : undefined;
    for (const { image } of cluster.members) restoreTool(image.version, { bump });
    const leader = await cluster.leader();
    const stale =
      parameters.snapshot === 'stale'
        ? await step('take a backup, the last one', async () => {
            const saved = await saveBackup(stage);
            await load.run(parameters.rpo);
            return saved;
          })
        : undefined;
    await step(`write ${parameters.keys} keys`, () =>
      writeKeys(client(leader), { prefix, count: parameters.keys }),
    );
    const backup = stale ?? (await step('take a backup under load', () => saveBackup(stage)));
    using old = watch(leader, { key: '\0', end: '\0' });
    await step('write on', () => load.run(parameters.after));

    const followers = cluster.except(leader);
    const most = { all: followers.length, 'data-dir': followers.length, member: 0 };
    const others = { ...most, majority: quorum(cluster.members.length) - 1 };
    const struck = [leader, ...random.sample(followers, others[parameters.loss])];
    const process = parameters.loss === 'data-dir' ? 'left' : 'killed';
    const lostMs = nowMs();
    await using _ = await cluster.inject(dataLoss(struck, { process }));
    await recovery('restore the backup on every member', lostMs, async (phase) => {
      await restoreBackup(stage, backup, bump, phase);
      const asked = await cluster.leader();
      await phase('first write', () => firstWrite(stage, asked));
      await phase('full health', () => fullHealth(stage));
    });
    await takeUpOldWatch(stage, await cluster.leader(), {
      seenRevision: old.seenRevision(),
      expected: bump === undefined ? 'silent' : 'told',
    });
    await step('go on', () => load.run('2s'));
  },
);
