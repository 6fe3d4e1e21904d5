import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { DrillError } from '../../errors.ts';
import { openClient } from '../../etcd/client.ts';
import { prove } from '../../restore/prove.ts';
import { type AccessFlags, accessOptions, readEndpoints } from '../access.ts';
import { readBump } from './read-bump.ts';

type Flags = AccessFlags & {
  readonly file: string;
  readonly endpoints: string;
  readonly 'bump-revision'?: string;
};

const command = {
  command: 'prove <file>',
  describe: 'Prove that a restored cluster serves what the backup holds, key by key',
  builder: (yargs: Argv) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The backup' })
      .options({
        endpoints: {
          type: 'string',
          demandOption: true,
          describe: 'Of every member of the new cluster, with commas',
        },
        'bump-revision': { type: 'string', describe: 'As it was restored with' },
        ...accessOptions,
      })
      .epilogue('Exit codes: 0 it does; 1 it does not; 2 cannot be told; 3 could not be asked.'),
  handler: async (flags: Flags) => {
    const bump = readBump(flags['bump-revision'], flags['bump-revision'] !== undefined);
    const targets = readEndpoints(flags.endpoints, flags, process.env);
    const [first, ...others] = targets.map((target) => openClient(target));
    if (first === undefined) throw new DrillError('`--endpoints` names none.');
    try {
      const proof = await prove(resolve(flags.file), [first, ...others], {
        ...(bump !== undefined && { bump }),
      });
      process.stdout.write(
        `proved: the cluster serves what ${flags.file} holds, ${proof.keys} keys at revision ${proof.revision}; ` +
          `${targets.length === 1 ? 'its endpoint has' : `all ${targets.length} endpoints have`} the hash ${proof.hash} there\n`,
      );
    } finally {
      for (const client of [first, ...others]) await client?.[Symbol.asyncDispose]();
    }
  },
};
export default command;
