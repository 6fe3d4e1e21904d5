import { accessSync, constants, mkdirSync } from 'node:fs';
import { DrillError, messageOf } from '../errors.ts';

/** Makes a folder where there is none, and sees that files can be made in it. */
export function writableFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw new DrillError(
      `Reports cannot be written to ${path}: ${messageOf(error)}. Name a writable folder with \`--output\`.`,
      undefined,
      error,
    );
  }
}
