import yargs, { type Argv, type CommandModule } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { drillVersion } from '../version.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { nearest } from '../parameters.ts';

/** Commands by name; each file is loaded only when its command is asked for or helped with. */
const commands = {
  run: () => import('./run.ts'),
  list: () => import('./list.ts'),
  fault: () => import('./fault.ts'),
  rehearse: () => import('./rehearse.ts'),
  report: () => import('./report.ts'),
  check: () => import('./check.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  clean: () => import('./clean.ts'),
  doctor: () => import('./doctor.ts'),
  setup: () => import('./setup.ts'),
  upgrade: () => import('./upgrade.ts'),
} as const;

/** Flags and words that may come more than once; of every other the second is a mistake. */
const repeatable = new Set(['_', 'drills', 'runs', 'set', 'reporter', 'member', 'wal-dir']);

// A reader that went away (`| head`, a closed terminal) must not end a run before it has healed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
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
    .demandCommand(1, 'Name a command.')
    .parserConfiguration({ 'camel-case-expansion': false })
    .middleware(refuseRepeated, true)
    .version(drillVersion)
    .help()
    .exitProcess(false)
    .fail((message: string | null, error: unknown) => {
      // What yargs throws itself is about the words, too; the rest comes from a command.
      if (error && !(error instanceof Error && error.name === 'YError')) throw error;
      throw misunderstood(message ?? messageOf(error), words[0], flagsOf(parser));
    });
  for (const module of await modulesFor(words[0])) parser.command(module);
  await parser.parseAsync(words);
}

/** Only the named command is loaded, because imports cost time; without one, all are, for help. */
async function modulesFor(name: string | undefined): Promise<CommandModule<object, object>[]> {
  if (name !== undefined && !name.startsWith('-') && !Object.hasOwn(commands, name)) {
    const near = nearest(name, Object.keys(commands));
    throw new DrillError(
      `There is no command \`${name}\`: did you mean \`${near}\`? See \`drill --help\`.`,
    );
  }
  const load =
    name !== undefined && Object.hasOwn(commands, name)
      ? [commands[name as keyof typeof commands]]
      : Object.values(commands);
  // Each command knows the type of its own flags; here they are only passed on.
  return Promise.all(
    load.map(async (one) => (await one()).default as unknown as CommandModule<object, object>),
  );
}

function refuseRepeated(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value) && !repeatable.has(name))
      throw new DrillError(`\`--${name}\` is given ${value.length} times: one value each.`);
  }
}

/** Names of the flags that the words' command has; yargs does not declare how to ask for them. */
function flagsOf(parser: Argv): string[] {
  const { key } = (parser as unknown as { getOptions(): { key: object } }).getOptions();
  return Object.keys(key);
}

/** What yargs says, with the place to look; of several unknown flags the first. */
function misunderstood(
  message: string,
  command: string | undefined,
  flags: readonly string[],
): DrillError {
  const help = command === undefined || command.startsWith('-') ? '' : `${command} `;
  const see = `See \`drill ${help}--help\`.`;
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined) return new DrillError(`${message.replace(/[.]?$/, '.')} ${see}`);
  const near = nearest(unknown, flags);
  return new DrillError(`There is no flag \`--${unknown}\`: did you mean \`--${near}\`? ${see}`);
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
