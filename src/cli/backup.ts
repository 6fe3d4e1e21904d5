import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { removeLeftovers } from '../backup/part-files.ts';
import { readRetention } from '../backup/read-retention.ts';
import { rotate } from '../backup/rotate.ts';
import { takeFromAny } from '../backup/take-from-any.ts';
import { DrillError } from '../errors.ts';
import { openClient } from '../etcd/client.ts';
import { type AccessFlags, accessOptions, readEndpoints } from './access.ts';
import verify from './backup/verify.ts';
import { tellAndRotate } from './backup/tell-and-rotate.ts';
import { interruptSignal } from './interrupt.ts';
import { writableFolder } from './writable-folder.ts';

type Flags = AccessFlags & {
  readonly endpoints?: string;
  readonly to?: string;
  readonly keep?: string;
  readonly 'keep-last'?: string;
  readonly json: boolean;
};

const command = {
  command: 'backup',
  describe: 'Take a backup of any cluster, proved whole and not older than what was acknowledged',
  builder: (yargs: Argv) =>
    yargs
      .command(verify)
      .options({
        endpoints: {
          type: 'string',
          describe: 'Members, with commas: the first whose snapshot is good gives the backup',
        },
        to: { type: 'string', describe: 'Folder for the backup and its manifest' },
        keep: { type: 'string', describe: 'Afterwards remove older ones, as 36h, 7d or 4w' },
        'keep-last': { type: 'string', describe: 'Afterwards remove all but the newest so many' },
        ...accessOptions,
        json: { type: 'boolean', default: false, describe: 'As JSON' },
      })
      .example('$0 backup --endpoints 10.0.0.1:2379,10.0.0.2:2379 --to /backups --keep 7d', '')
      .epilogue(
        'Every backup is a full one: etcd has no incremental backup, and no log of writes that could be ' +
          'replayed onto an older one. What is acknowledged after a backup is lost with the cluster, so how ' +
          'often it is taken is what you can lose.\n\n' +
          'A backup is removed only when neither `--keep` nor `--keep-last` keeps it, never the one ' +
          "just taken, never another cluster's, never a file without drill's manifest.\n\n" +
          'Exit codes: 0 taken and verified; 1 no snapshot that was offered is good; 3 could not be taken, ' +
          'or was taken and older ones could not be removed.',
      ),
  handler: async (flags: Flags) => {
    const retention = readRetention(flags.keep, flags['keep-last']);
    const { endpoints, to } = required(flags);
    const targets = readEndpoints(endpoints, flags, process.env);
    const folder = writableFolder(resolve(to), { of: 'Backups', flag: '--to' });
    const signal = interruptSignal({
      doing: 'removing what is half-written',
      left: 'a backup an hour from now removes what is left',
    });
    const clients = targets.map((target) => openClient(target));
    try {
      await removeLeftovers(folder, Date.now());
      const now = () => new Date();
      const backup = await takeFromAny(clients, { folder, now, signal }, (reason) =>
        process.stderr.write(`drill: ${reason}\n`),
      );
      const rotateNow = async (): Promise<string[]> => {
        signal.throwIfAborted();
        return rotate(folder, backup, retention, Date.now());
      };
      await tellAndRotate(backup, flags.json, rotateNow, (text) =>
        process.stdout.write(`${text}\n`),
      );
    } finally {
      for (const client of clients) await client[Symbol.asyncDispose]();
    }
  },
};
export default command;

/** yargs would demand them of `backup verify` as well. */
function required({ endpoints, to }: Flags): { endpoints: string; to: string } {
  if (endpoints !== undefined && to !== undefined) return { endpoints, to };
  const missing = endpoints === undefined ? '--endpoints' : '--to';
  throw new DrillError(
    `\`drill backup\` needs \`${missing}\`: write \`drill backup --endpoints HOST:PORT,… --to DIR\`. See \`drill backup --help\`.`,
  );
}
