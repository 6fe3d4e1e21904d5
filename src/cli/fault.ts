import type { Argv, CommandModule } from 'yargs';
import heal from './fault/heal.ts';
import inject from './fault/inject.ts';
import list from './fault/list.ts';

// Each action knows the type of its own flags; here they are only passed on.
const actions = [inject, list, heal] as unknown as CommandModule<object, object>[];

const command = {
  command: 'fault',
  describe: 'Inject a fault by hand into a cluster of drill’s, list faults, or heal them',
  builder: (yargs: Argv) =>
    yargs.command(actions).demandCommand(1, 'Name what to do: inject, list or heal.'),
  handler: () => undefined,
};
export default command;
