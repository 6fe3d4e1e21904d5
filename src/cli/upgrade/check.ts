import type { Argv } from 'yargs';
import { DrillError, exitCode } from '../../errors.ts';
import { openAdmin } from '../../etcd/admin.ts';
import { openClient } from '../../etcd/client.ts';
import type { ClusterFacts } from '../../upgrade/facts.ts';
import { membersAt } from '../../upgrade/members-at.ts';
import { nameAll } from '../../upgrade/name-all.ts';
import { preflight } from '../../upgrade/preflight.ts';
import { readFacts } from '../../upgrade/read-facts.ts';
import { type AccessFlags, accessOptions, readEndpoints } from '../access.ts';
import { answer } from './answer.ts';

type Flags = AccessFlags & {
  readonly endpoints: string;
  readonly to: string;
  readonly 'snapshots-written': boolean;
};

const command = {
  command: 'check',
  describe: 'Whether the members of a cluster can be changed to another version, one by one',
  builder: (yargs: Argv) =>
    yargs
      .options({
        endpoints: { type: 'string', demandOption: true, describe: 'Every member, with commas' },
        to: { type: 'string', demandOption: true, describe: 'The version, as 3.6.16' },
        'snapshots-written': {
          type: 'boolean',
          default: false,
          describe:
            'Every member wrote a snapshot since the version of the cluster is 3.6, or it began with 3.6 (no member tells)',
        },
        ...accessOptions,
      })
      .example('$0 upgrade check --endpoints 10.0.0.1:2379,10.0.0.2:2379 --to 3.6.16', '')
      .epilogue(
        'Exit codes: 0 nothing speaks against it; 1 something does; 3 it could not be asked.',
      ),
  handler: async (flags: Flags) => {
    if (!/^3\.\d+\.\d+$/.test(flags.to))
      throw new DrillError(`\`--to ${flags.to}\`: expected a full version, for example 3.6.16.`);
    const facts = await factsOf(flags);
    const refusals = preflight(facts, flags.to);
    process.stdout.write(`${answer(facts, flags.to, refusals)}\n`);
    process.exitCode = refusals.length === 0 ? exitCode.held : exitCode.violated;
  },
};
export default command;

async function factsOf(flags: Flags): Promise<ClusterFacts> {
  const targets = readEndpoints(flags.endpoints, flags, process.env);
  const clients = targets.map((target) => openClient(target));
  try {
    const asked = clients.map((client) => ({ ...client.target, admin: openAdmin(client) }));
    const facts = await readFacts(
      asked.map(({ member, ...rest }) => ({ name: member, ...rest })),
      {
        oldEntriesUpTo: flags['snapshots-written'] ? 0 : 'unknown',
        wasLearner: () => 'unknown',
        snapshotIndex: () => 'unknown',
      },
    );
    const answering = facts.members.findIndex(({ version }) => version !== '');
    const teller = asked[answering];
    if (teller) nameAll(facts.members, await membersAt(teller.admin));
    return facts;
  } finally {
    for (const client of clients) await client[Symbol.asyncDispose]();
  }
}
