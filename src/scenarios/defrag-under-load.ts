import { compactNow } from '../actions/compact-now.ts';
import { defragmentInTurn } from '../actions/defragment-in-turn.ts';
import { writeVersions } from '../actions/write-versions.ts';
import { DrillError, exitCode } from '../errors.ts';
import {
  choice,
  converges,
  defragmentsAlone,
  durable,
  integer,
  oneLeaderPerTerm,
  scenario,
  spaceReclaimed,
  writeGapWithin,
} from '../index.ts';

const prefix = 'drill/versions/';

export default scenario(
  {
    summary:
      'Compact, then defragment member by member under load, the leader last: the space comes back, and only the clients of the member at work wait.',
    teaches:
      'Deleting and overwriting frees nothing: compaction gives old versions up, and defragmentation returns the space, member by member, never by itself. Meanwhile that one member answers nobody, for a time that goes with the size of its database; the others go on, so clients should know all endpoints. Without compaction before it, it costs the same and frees nothing.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      megabytes: integer({ min: 8, max: 1000 }, 64, 'size of the old versions, in MiB'),
      compact: choice(['yes', 'no'], 'yes', 'whether old versions are compacted before'),
    },
    short: { megabytes: '24' },
    control: {
      set: { compact: 'no' },
      violates: ['space-reclaimed'],
      because: 'what was not compacted is still in use, and defragmentation cannot free it',
    },
    assertions: [
      spaceReclaimed(50),
      defragmentsAlone({ others: '2s' }),
      writeGapWithin('1500ms', { during: 'defragment' }),
      durable(),
      converges(),
      oneLeaderPerTerm(),
    ],
  },
  async (stage) => {
    const { cluster, client, load, step, parameters } = stage;
    const leader = await cluster.leader();
    await step(`write ${parameters.megabytes} MiB of versions of a few keys`, async () => {
      const { refusedWith } = await writeVersions(client(leader), {
        prefix,
        keys: 40,
        valueBytes: 16 * 1024,
        totalBytes: parameters.megabytes * 1024 ** 2,
      });
      if (refusedWith !== undefined)
        throw new DrillError(
          `${leader.name} refused a put before ${parameters.megabytes} MiB were written: ${refusedWith}. Write fewer with \`--set megabytes=<n>\`.`,
          exitCode.inconclusive,
        );
    });
    if (parameters.compact === 'yes')
      await step('compact to the revision of now', () => compactNow(stage, { key: prefix }));
    await defragmentInTurn(stage);
    await step('go on', async () => {
      await load.run('2s');
      await cluster.converges({ within: '10s' });
    });
  },
);
