import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { cacheFolder } from '../setup/cache-folder.ts';

const rememberedMs = 15 * 60_000;

/** Why this engine could not pull the reference in the last quarter of an hour, if it could not. */
export async function lastFailure(engine: Engine, reference: string): Promise<string | undefined> {
  const file = failureFile(engine, reference);
  try {
    const { mtimeMs } = await stat(file);
    return Date.now() - mtimeMs < rememberedMs ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Spares the next runs an attempt that may take long to fail. */
export async function rememberFailure(engine: Engine, reference: string, reason: string) {
  await writeFile(failureFile(engine, reference), reason);
}

function failureFile(engine: Engine, reference: string): string {
  const name = createHash('sha256').update(`${engine.source} ${reference}`).digest('hex');
  return join(cacheFolder('registry-failures'), name);
}
