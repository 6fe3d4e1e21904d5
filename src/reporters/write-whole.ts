import { rm, writeFile } from 'node:fs/promises';

/**
 * Writes a file, or leaves none: half a report must not pass for one. `mode` is what one that is made
 * may be opened by, within the user's mask.
 */
export async function writeWhole(path: string, text: string, mode = 0o666): Promise<void> {
  try {
    await writeFile(path, text, { mode });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
