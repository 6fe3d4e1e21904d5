import { rm, writeFile } from 'node:fs/promises';

/** Writes a file, or leaves none: half a report must not pass for one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
