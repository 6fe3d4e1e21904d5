import {
  choice,
  converges,
  diskNoisy,
  diskThrottle,
  durable,
  duration,
  exercised,
  fsyncSpared,
  integer,
  oneLeaderPerTerm,
  recoversWithin,
  scenario,
} from '../index.ts';

const diskBytes = 400 * 1024 * 1024;

export default scenario(
  {
    summary:
      "Let others use up what the leader's data disk takes, and then what the disk of its write-ahead log takes: beside the log they must not be felt.",
    teaches:
      "What a disk of its own for the write-ahead log is worth: every write waits for a sync of the log, and on a shared disk that sync waits behind everybody else's. The verdict has the p99 of syncs in quiet, with noisy neighbours at the data disk, and with the same neighbours at the log's, all of one run, so that the machine's own pace is in each of them.",
    matrix: { members: [3, 5, 7] },
    parameters: {
      wal: choice(
        ['own', 'shared'],
        'own',
        'where the log lies: on a disk of its own, or beside the data and its noisy neighbours',
      ),
      iops: integer({ min: 1, max: 10_000 }, 6, 'requests a second that a disk takes of all'),
      writers: integer({ min: 1, max: 16 }, 4, 'neighbours that write and sync without a pause'),
      hold: duration('10s', 'how long they do, on either disk'),
    },
    short: { hold: '4s' },
    control: {
      set: { wal: 'shared' },
      violates: ['fsync-spared'],
      because: 'a log beside the data is never out of the reach of those who write there',
    },
    cluster: ({ wal }) => ({
      disks: { data: diskBytes, ...(wal === 'own' ? { wal: diskBytes } : {}) },
    }),
    assertions: ({ hold }) => [
      fsyncSpared({ fault: 'disk-noisy', times: 5 }),
      recoversWithin('10s'),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 50, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, parameters: { wal, iops, writers, hold } }) => {
    const leader = await cluster.leader();
    await step('write in quiet', () => load.run('3s'));
    for (const disk of ['data', wal === 'own' ? 'wal' : 'data'] as const) {
      await step(`let others write to the ${disk} disk of ${leader.name}`, async () => {
        await using _budget = await cluster.inject(diskThrottle(leader, { disk, iops }));
        await using _noise = await cluster.inject(
          diskNoisy(leader, { disk, writers, sharingLimits: true }),
        );
        await load.run(hold);
      });
    }
    await step('recover', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('2s');
    });
  },
);
