import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes a folder that is there while `use` runs, and is removed when a signal or an exit ends this
 * process as well. `ending` is aborted first, for the programs that work in the folder.
 */
export async function withTemporaryFolder<T>(
  name: string,
  use: (folder: string, ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `etcd-drill-${name}-`));
  const ending = new AbortController();
  // Retried: a program that ends may still write for a moment.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const onExit = () => {
    ending.abort();
    remove();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    onExit();
    // Without a listener of somebody else this process ends as if it had had none.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once('exit', onExit);
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await use(folder, ending.signal);
  } finally {
    process.off('exit', onExit);
    for (const signal of signals) process.off(signal, onSignal);
    remove();
  }
}
