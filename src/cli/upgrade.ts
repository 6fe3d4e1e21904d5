import type { Argv, CommandModule } from 'yargs';
import check from './upgrade/check.ts';

// Each action knows the type of its own flags; here they are only passed on.
const actions = [check] as unknown as CommandModule<object, object>[];

const command = {
  command: 'upgrade',
  describe: 'Say what speaks against changing the version of any cluster',
  builder: (yargs: Argv) => yargs.command(actions).demandCommand(1, 'Name what to do: check.'),
  handler: () => undefined,
};
export default command;
