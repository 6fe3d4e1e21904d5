import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import {
  type ForeignFormat,
  foreignFormats,
  judgeForeign,
} from '../checker/foreign/judge-foreign.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { eventLine } from '../reporters/terminal/lines.ts';
import { liveScreen } from '../reporters/terminal/live.ts';
import { painter } from '../reporters/terminal/painter.ts';
import { progressShower } from '../reporters/terminal/progress.ts';
import { judgeSaved } from '../runner/judge-saved.ts';

type Flags = {
  readonly history: string;
  readonly format: 'run' | ForeignFormat;
  readonly json: boolean;
};

const command = {
  command: 'check <history>',
  describe: 'Judge a saved run again, or the history of another tool',
  builder: (yargs: Argv) =>
    yargs
      .positional('history', {
        type: 'string',
        demandOption: true,
        describe: "A run's folder, or a file of another tool's",
      })
      .options({
        format: {
          choices: ['run', ...foreignFormats] as const,
          default: 'run' as const,
          describe: 'What it is',
        },
        json: { type: 'boolean', default: false, describe: 'As JSON' },
      }),
  handler: async ({ history, format, json }: Flags) => {
    process.exitCode =
      format === 'run' ? await checkRun(history, json) : checkForeign(history, format, json);
  },
};
export default command;

async function checkRun(path: string, json: boolean): Promise<number> {
  // Beside the verdicts, so that a pipe of those has nothing else in it.
  const { stderr } = process;
  const live = liveScreen(stderr);
  const onProgress = progressShower(stderr, live, painter(stderr, process.env));
  const { verdicts, outcome } = await judgeSaved(resolve(path), onProgress);
  live.status(undefined);
  const paint = painter(process.stdout, process.env);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  const lines = verdicts.map(
    (verdict) => eventLine({ type: 'verdict', t: 0, verdict }, paint, columns) ?? '',
  );
  const end = [outcome.outcome, ...outcome.reasons].join('\n  ');
  print(json ? JSON.stringify({ ...outcome, verdicts }, null, 2) : [...lines, end].join('\n'));
  return outcome.exitCode;
}

/** What a search may cost: the memory of a laptop, the patience of somebody who waits. */
const searchWithinMs = 5 * 60_000;
const searchBytes = 2 ** 31;

const now = (): number => performance.now();

function checkForeign(path: string, format: ForeignFormat, json: boolean): number {
  const budget = { now, deadlineMs: now() + searchWithinMs, memoryBytes: searchBytes };
  const result = judgeForeign(format, read(path), budget);
  if (json) print(JSON.stringify(result, null, 2));
  else print(`${result.operations} operations: ${inWords[result.state]}`);
  if (!json && result.state === 'illegal') print(`  ${result.proof}`);
  if (!json && result.state === 'unknown') print(`  ${result.reason}`);
  return codes[result.state];
}

const inWords = {
  legal: 'linearizable',
  illegal: 'not linearizable',
  unknown: 'cannot tell',
} as const;

const codes = {
  legal: exitCode.held,
  illegal: exitCode.violated,
  unknown: exitCode.inconclusive,
} as const;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DrillError(
      `Could not read the history ${path}: ${messageOf(error)}.`,
      undefined,
      error,
    );
  }
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
