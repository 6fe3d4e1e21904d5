import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of drill's own for what only saves time: it may be removed whenever no drill runs. */
export function cacheFolder(...path: string[]): string {
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(base, 'etcd-drill', ...path);
  mkdirSync(folder, { recursive: true });
  return folder;
}
