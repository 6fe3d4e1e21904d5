import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { acknowledged } from './acknowledged.ts';
import { type Backup, type BackupRequest, takeBackup } from './take-backup.ts';

/**
 * Takes a backup from the first of the endpoints whose snapshot is good; `onRefused` is told why
 * another one's was not. Throws a `DrillError` with every reason when there is none.
 */
export async function takeFromAny(
  clients: readonly EtcdClient[],
  request: Omit<BackupRequest, 'source' | 'known'>,
  onRefused: (reason: string) => void,
): Promise<Backup> {
  const known = await acknowledged(clients, request.signal);
  const reasons: string[] = [];
  let code: DrillError['code'] = exitCode.couldNotRun;
  for (const source of clients) {
    try {
      return await takeBackup({ ...request, source, known });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (clients.length === 1 && error instanceof DrillError) throw error;
      if (error instanceof DrillError && error.code === exitCode.violated) code = error.code;
      const reason = `${source.target.member}: ${messageOf(error)}`;
      reasons.push(reason);
      onRefused(reason);
    }
  }
  throw new DrillError(
    `No endpoint gave a backup that can be relied on:\n  ${reasons.join('\n  ')}\nNothing was kept, and no older backup was removed.`,
    code,
  );
}
