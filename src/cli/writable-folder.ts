import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DrillError, messageOf } from '../errors.ts';

/** Makes a folder where there is none, and sees that files can be made in it. */
export function writableFolder(
  path: string,
  { of, flag } = { of: 'Reports', flag: '--output' },
): string {
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw new DrillError(
      `${of} cannot be written to ${path}: ${messageOf(error)}. Name a writable folder with \`${flag}\`.`,
      undefined,
      error,
    );
  }
}

/** Node's own recursive `mkdir` never ends below /proc, where making a folder answers ENOENT. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
