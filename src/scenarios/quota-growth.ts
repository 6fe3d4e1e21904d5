import { writeVersions } from '../actions/write-versions.ts';
import { DrillError, exitCode } from '../errors.ts';
import {
  choice,
  converges,
  durable,
  duration,
  integer,
  oneLeaderPerTerm,
  scenario,
  sizeWithin,
} from '../index.ts';

const mebibyte = 1024 ** 2;
/** etcd looks once in five minutes whether there are more revisions than it is to keep. */
const revisionModeMs = 5 * 60_000;

export default scenario(
  {
    summary:
      'Write far more versions than the quota has room for: auto-compaction must hold the size, so that no put is refused.',
    teaches:
      'Every version of every key stays until it is compacted, so a few keys written again and again fill the quota. Auto-compaction holds the size in use; the file keeps its highest size and the free space in it is used again, without any defragmentation. `periodic` with a retention below an hour compacts that often; `revision` looks once in five minutes only. Without it, the quota is a matter of time.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      compaction: choice(
        ['periodic', 'revision', 'off'],
        'periodic',
        'how etcd compacts by itself; `revision` needs a hold of 6 minutes or more',
      ),
      quota: integer({ min: 8, max: 1000 }, 32, 'space quota of every member, in MiB'),
      megabytes: integer({ min: 16, max: 4000 }, 64, 'what is written in all, in MiB'),
      hold: duration('30s', 'how long it takes to write it'),
    },
    short: { quota: '20', megabytes: '40', hold: '20s' },
    control: {
      set: { compaction: 'off' },
      violates: ['timeline', 'size-within', 'converges'],
      because: 'nothing is ever given up: the versions reach the quota, and puts are refused',
    },
    cluster: ({ compaction, quota, hold }) => {
      if (compaction === 'revision' && hold <= revisionModeMs)
        throw new DrillError(
          'etcd compacts by revision once in five minutes: use `--set hold=6m` or more, and a quota that holds until then.',
        );
      const modes = {
        periodic: { autoCompaction: { mode: 'periodic', retention: '2s' } },
        revision: { autoCompaction: { mode: 'revision', retention: '200' } },
        off: {},
      } as const;
      return { quotaBytes: quota * mebibyte, ...modes[compaction] };
    },
    load: { ratePerSecond: 100 },
    assertions: ({ quota }) => [
      sizeWithin({ bytes: quota * mebibyte }),
      durable(),
      converges(),
      oneLeaderPerTerm(),
    ],
  },
  async ({ cluster, client, load, step, observe, parameters }) => {
    const { megabytes, quota, hold } = parameters;
    const leader = await cluster.leader();
    await step(`write ${megabytes} MiB of versions with a quota of ${quota} MiB`, async () => {
      const { bytes, puts, refusedWith } = await writeVersions(client(leader), {
        prefix: 'drill/versions/',
        keys: 40,
        valueBytes: 16 * 1024,
        totalBytes: megabytes * mebibyte,
        overMs: hold,
      });
      observe('written', { bytes, puts });
      if (refusedWith !== undefined)
        throw new DrillError(
          `etcd refused a put after ${Math.round(bytes / mebibyte)} of ${megabytes} MiB: ${refusedWith}.`,
          exitCode.violated,
        );
    });
    await step('go on', () => load.run('2s'));
  },
);
