import { closest } from 'fastest-levenshtein';
import { DrillError, messageOf } from '../errors.ts';
import { githubReporter } from './github.ts';
import { htmlReporter } from './html.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import type { Reporter, ReporterContext } from './reporter.ts';
import { terminalReporter } from './terminal.ts';

/** In the order in which they run: the terminal last, because it names the files of the others. */
const reporters = {
  html: htmlReporter,
  json: jsonReporter,
  junit: junitReporter,
  github: githubReporter,
  terminal: terminalReporter,
} as const satisfies Record<string, (context: ReporterContext) => Reporter>;

/** Names as `--reporter` takes them. */
export const reporterNames = Object.keys(reporters);

/**
 * One reporter out of many. What one throws is printed once as a warning and never reaches the run
 * or the other reporters; a reporter that threw is not asked again. Throws a DrillError for an
 * unknown name.
 */
export function createReporters(names: readonly string[], context: ReporterContext): Reporter {
  for (const name of names) if (!isKnown(name)) throw unknownReporter(name);
  return multiplexed(
    Object.entries(reporters)
      .filter(([name]) => names.includes(name))
      .map(([name, create]) => ({ name, reporter: create(context) })),
    context,
  );
}

interface Named {
  readonly name: string;
  readonly reporter: Reporter;
}

/** Exported for its test: a reporter that throws cannot be asked for by name. */
export function multiplexed(all: readonly Named[], { screen }: ReporterContext): Reporter {
  const broken = new Set<string>();
  const warn = (name: string, error: unknown): void => {
    broken.add(name);
    screen.write(`warning: the ${name} reporter failed: ${messageOf(error)}\n`);
  };
  const sound = () => all.filter(({ name }) => !broken.has(name));
  const tellAll = (tell: (reporter: Reporter) => void): void => {
    for (const { name, reporter } of sound()) {
      try {
        tell(reporter);
      } catch (error) {
        warn(name, error);
      }
    }
  };
  return {
    onEvent: (event) => tellAll((reporter) => reporter.onEvent?.(event)),
    onProgress: (doing, elapsedMs) =>
      tellAll((reporter) => reporter.onProgress?.(doing, elapsedMs)),
    async onEnd(run, directory) {
      for (const { name, reporter } of sound()) {
        try {
          await reporter.onEnd?.(run, directory);
        } catch (error) {
          warn(name, error);
        }
      }
    },
  };
}

function isKnown(name: string): boolean {
  return reporterNames.includes(name);
}

function unknownReporter(name: string): DrillError {
  return new DrillError(
    `There is no reporter "${name}". Did you mean \`--reporter ${closest(name, reporterNames)}\`? ` +
      `Reporters: ${reporterNames.join(', ')}.`,
  );
}
