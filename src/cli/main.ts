import yargs, { type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { drillVersion } from '../version.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';

/** Commands by name; each file is loaded only when its command is asked for or helped with. */
const commands = {
  run: () => import('./run.ts'),
  list: () => import('./list.ts'),
  report: () => import('./report.ts'),
  clean: () => import('./clean.ts'),
  doctor: () => import('./doctor.ts'),
  setup: () => import('./setup.ts'),
} as const;

await main(hideBin(process.argv));

async function main(words: readonly string[]): Promise<void> {
  try {
    await parse(words);
  } catch (error) {
    process.exitCode = report(error);
  }
  // Sockets that Docker or etcd keep open must not hold the process once its work is done.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit();
}

async function parse(words: readonly string[]): Promise<void> {
  const parser = yargs()
    .scriptName('drill')
    .usage('$0 <command>: break a real etcd cluster on purpose, and prove what it kept')
    .strict()
    .demandCommand(1, 'Name a command: see `drill --help`.')
    .recommendCommands()
    .parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': false })
    .version(drillVersion)
    .help()
    .exitProcess(false)
    .fail((message: string | null, error: unknown) => {
      throw (
        error ??
        new DrillError(`${message ?? 'The command was not understood.'} See \`drill --help\`.`)
      );
    });
  for (const module of await modulesFor(words[0])) parser.command(module);
  await parser.parseAsync(words);
}

/** Only the named command is loaded, because imports cost time; without one, all are, for help. */
async function modulesFor(name: string | undefined): Promise<CommandModule<object, object>[]> {
  const load =
    name !== undefined && Object.hasOwn(commands, name)
      ? [commands[name as keyof typeof commands]]
      : Object.values(commands);
  // Each command knows the type of its own flags; here they are only passed on.
  return Promise.all(
    load.map(async (one) => (await one()).default as unknown as CommandModule<object, object>),
  );
}

function report(error: unknown): number {
  if (error instanceof DrillError) {
    process.stderr.write(`drill: ${error.message}\n`);
    return error.code;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  process.stderr.write(`drill: a bug in drill: ${stack ?? messageOf(error)}\n`);
  return exitCode.couldNotRun;
}
