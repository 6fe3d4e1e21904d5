import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { findTool } from '../restore/find-tool.ts';
import { askAll, refuseLiving } from '../restore/living-members.ts';
import { readMembers } from '../restore/planned-member.ts';
import { restoreFiles } from '../restore/restore-files.ts';
import { settlePlan } from '../restore/settle-plan.ts';
import { createAnnounce } from '../setup/announce.ts';
import { readEndpoints } from './access.ts';
import { interruptSignal } from './interrupt.ts';
import { doneLines, planLines } from './restore/plan-lines.ts';
import prove from './restore/prove.ts';
import { readBump } from './restore/read-bump.ts';
import { readToken } from './restore/read-token.ts';
import { restoreCommand } from './restore/restore-command.ts';

type Flags = {
  readonly file: string;
  readonly member: string[];
  readonly 'wal-dir': string[];
  readonly endpoints?: string;
  readonly token?: string;
  readonly etcdutl?: string;
  readonly etcd?: string;
  readonly 'bump-revision'?: string;
  readonly 'mark-compacted': boolean;
  readonly 'new-addresses': boolean;
  readonly yes: boolean;
};

// The action knows the type of its own flags; here they are only passed on.
const actions = [prove] as unknown as CommandModule<object, object>[];

const command = {
  command: 'restore <file>',
  describe: 'Restore a backup on this host: the plan first, `--yes` to act',
  builder: (yargs: Argv) =>
    yargs
      .command(actions)
      .positional('file', { type: 'string', demandOption: true, describe: 'The backup' })
      .options({
        member: {
          type: 'string',
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: 'Every member of the new cluster: NAME=PEER-URL=DATA-DIR, =DATA-DIR if here',
        },
        'wal-dir': {
          type: 'string',
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: 'NAME=WAL-DIR of a member here that etcd runs with `--wal-dir`',
        },
        endpoints: {
          type: 'string',
          describe: 'The old cluster’s, with commas: nobody may answer there any more',
        },
        token: { type: 'string', describe: 'As the plan says, the same on every host' },
        etcdutl: { type: 'string', describe: 'What restores (default: PATH, then an image)' },
        etcd: { type: 'string', describe: 'The etcd image whose tool restores, in Docker' },
        'bump-revision': {
          type: 'string',
          describe: 'Raise the revision by so many, with --mark-compacted',
        },
        'mark-compacted': {
          type: 'boolean',
          default: false,
          describe: 'Tell clients that remember old revisions, with --bump-revision',
        },
        'new-addresses': {
          type: 'boolean',
          default: false,
          describe: 'Names, addresses or number are not those of the backed-up cluster',
        },
        yes: { type: 'boolean', default: false, describe: 'Do it' },
      })
      .example(
        '$0 restore FILE --member m1=http://10.0.0.1:2380=/var/lib/etcd --member m2=http://10.0.0.2:2380',
        '',
      )
      .epilogue(
        'A restore makes a new cluster with a new token, on all its members, from one and the same backup. ' +
          'Members with a data directory are restored here; the plan has the command for every host.\n\n' +
          'Exit codes: 0 planned or restored; 1 the backup is not what its manifest says; 3 refused or failed.',
      ),
  handler: async (flags: Flags) => {
    const bump = readBump(flags['bump-revision'], flags['mark-compacted']);
    const members = readMembers(flags.member, flags['wal-dir']);
    const token = readToken(flags.token, { yes: flags.yes, members });
    const endpoints = (
      flags.endpoints === undefined ? [] : readEndpoints(flags.endpoints, {}, process.env)
    ).map(({ address }) => address);
    const announce = createAnnounce(process.stderr);
    const settled = await settlePlan({
      snapshot: resolve(flags.file),
      members,
      endpoints,
      ...(token !== undefined && { token }),
      ...(bump !== undefined && { bump }),
      newAddresses: flags['new-addresses'],
      findTool: () => findTool({ etcdutl: flags.etcdutl, etcd: flags.etcd, bump, announce }),
    });
    print(planLines(settled, flags));
    if (!flags.yes) {
      print(['Nothing was touched. To do it:', `  ${restoreCommand(settled.plan, flags)}`]);
      return;
    }
    // An image may have taken minutes to make: long enough for somebody to start the old cluster.
    refuseLiving(await askAll(settled.asked));
    const signal = interruptSignal({
      doing: 'removing what is half-restored',
      left: 'the next `drill restore` of it removes what is left',
    });
    await announce('restore', () => restoreFiles(settled.plan, signal));
    print(doneLines(settled.plan));
  },
};
export default command;

const print = (lines: readonly string[]): void =>
  void process.stdout.write(`${lines.join('\n')}\n`);
