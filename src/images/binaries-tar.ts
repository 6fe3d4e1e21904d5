import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/** A root file system of nothing but these programs, in `/usr/local/bin`. */
export async function binariesTar(files: readonly string[]): Promise<Readable> {
  const tar = pack();
  for (const file of files) {
    tar.entry({ name: `usr/local/bin/${basename(file)}`, mode: 0o755 }, await readFile(file));
  }
  tar.finalize();
  return Readable.from(tar);
}
