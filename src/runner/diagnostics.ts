import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino, stdTimeFunctions } from 'pino';

/**
 * drill's own log of a run, `logs/drill.log`: a JSON object a line, for finding out what drill did
 * when a verdict is doubted. It holds commands and their ends, never keys, values or credentials.
 * A line that cannot be written (a full disk) ends the log, and nothing else: healing comes first.
 */
export function openDiagnostics(folder: string): Logger {
  const options = { level: 'debug', base: null, timestamp: stdTimeFunctions.isoTime };
  let file: number | undefined = openSync(join(folder, 'drill.log'), 'a');
  return pino(options, {
    write(line) {
      if (file === undefined) return;
      try {
        writeSync(file, line);
      } catch {
        closeSync(file);
        file = undefined;
      }
    },
  });
}
