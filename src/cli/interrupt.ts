import { DrillError, exitCode } from '../errors.ts';

const impatientMs = 1000;

/**
 * Ctrl-C, SIGTERM and a closed terminal end the run: faults are healed, everything is removed, the
 * report is written. A second Ctrl-C within a second kills at once and says what that leaves.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (controller.signal.aborted) {
      if (now - firstAt > impatientMs) return void (firstAt = now);
      process.stderr.write('\ndrill: killed; `drill clean` removes what is left\n');
      process.exit(exitCode.interrupted);
    }
    firstAt = now;
    process.stderr.write(`\ndrill: ${signal}: healing and removing everything (again to kill)\n`);
    controller.abort(new DrillError(`interrupted by ${signal}`, exitCode.interrupted));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}
