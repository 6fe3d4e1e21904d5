import { DrillError, exitCode } from '../errors.ts';

/** A second Ctrl-C counts as impatience within this time … */
const impatientMs = 1000;
/** … and from here on: a terminal and `npx` both pass the same key press on, a moment apart. */
const samePressMs = 100;

/**
 * Ctrl-C, SIGTERM and a closed terminal end the run: faults are healed, everything is removed, the
 * report is written. Only a second Ctrl-C within a second kills at once, and says what that leaves;
 * other signals often come in pairs.
 */
export function interruptSignal({
  doing = 'healing and removing everything',
  left = '`drill clean` removes what is left',
} = {}): AbortSignal {
  const controller = new AbortController();
  let pressedAt = Number.NEGATIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals): void => {
    const sincePressMs = performance.now() - pressedAt;
    if (signal === 'SIGINT') pressedAt = performance.now();
    if (!controller.signal.aborted) {
      process.stderr.write(`\ndrill: ${signal}: ${doing} (Ctrl-C again to kill)\n`);
      controller.abort(new DrillError(`interrupted by ${signal}`, exitCode.interrupted));
      return;
    }
    if (signal !== 'SIGINT' || sincePressMs < samePressMs || sincePressMs > impatientMs) return;
    process.stderr.write(`\ndrill: killed; ${left}\n`);
    process.exit(exitCode.interrupted);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
