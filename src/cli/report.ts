import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { eventsOf } from '../journal/recorded-run.ts';
import { readRun } from '../journal/read.ts';
import { createReporters } from '../reporters/create.ts';

type Flags = { readonly run: string; readonly reporter: string[] };

const command: CommandModule<object, Flags> = {
  command: 'report <run>',
  describe: "Draw a saved run's reports again, from its folder",
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "The run's folder" })
      .options({
        reporter: {
          type: 'string',
          array: true,
          nargs: 1,
          default: ['terminal', 'html', 'json', 'junit'],
          describe: 'terminal, html, json, junit, github',
        },
      }),
  handler: async ({ run: path, reporter: names }) => {
    const folder = resolve(path);
    const run = await readRun(folder);
    const reporter = createReporters(names, { screen: process.stdout, environment: process.env });
    for (const event of run.events) reporter.onEvent?.(event);
    await reporter.onEnd?.(run, folder);
    process.exitCode = eventsOf(run, 'run.ended').at(-1)?.exitCode ?? 2;
  },
};
export default command;
