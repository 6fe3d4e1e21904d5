import { join } from 'node:path';
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

/**
 * drill's own log of a run, `logs/drill.log`: a JSON object a line, for finding out what drill did
 * when a verdict is doubted. It holds commands and their ends, never keys, values or credentials.
 */
export function openDiagnostics(folder: string): Logger {
  const options = { level: 'debug', base: null, timestamp: stdTimeFunctions.isoTime };
  return pino(options, destination({ dest: join(folder, 'drill.log'), sync: true }));
}
