import type { Argv } from 'yargs';
import { type InjectFlags, settleFault } from './settle-fault.ts';
import { injectByHand } from './inject-by-hand.ts';

const command = {
  command: 'inject <fault>',
  describe: 'Inject a fault, show that it bites, hold it, and take it off again',
  builder: (yargs: Argv) =>
    yargs
      .positional('fault', {
        type: 'string',
        demandOption: true,
        describe: 'See `drill fault list`',
      })
      .options({
        on: {
          type: 'string',
          demandOption: true,
          describe: 'A live run, or one whose cluster was kept (`drill run … --keep`)',
        },
        target: {
          type: 'string',
          default: 'leader',
          describe:
            'leader, follower, learner, minority, majority, all, random, zone:<name>, or names with commas',
        },
        towards: {
          type: 'string',
          describe: 'The peers that a network fault is about (default: every other member)',
        },
        set: {
          type: 'string',
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: 'A parameter of the fault, as key=value',
        },
        for: { type: 'string', default: '30s', describe: 'How long it is held' },
        'dry-run': {
          type: 'boolean',
          default: false,
          describe: 'Print the exact commands, and touch nothing',
        },
        seed: { type: 'string', default: '1', describe: 'Makes random targets repeatable' },
        irreversible: {
          type: 'string',
          describe: 'Names a fault that nothing takes back a second time',
        },
      })
      .example('$0 fault inject partition --on <run> --target leader --for 10s', ''),
  handler: async (flags: InjectFlags) => {
    process.exitCode = await injectByHand(settleFault(flags));
  },
};
export default command;
