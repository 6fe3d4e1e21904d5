import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedClient } from './recorded-client.ts';
import type { LoadSpec } from './spec.ts';

/**
 * Compacts beside the traffic, through one member after the other, until `signal`; both the look at
 * the revision and the compaction are operations of the history.
 */
export async function compactNowAndThen(
  clients: readonly RecordedClient[],
  {
    everyMs,
    keepRevisions,
    prefix,
    signal,
  }: NonNullable<LoadSpec['compaction']> & {
    readonly prefix: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    await pause(everyMs, undefined, { signal }).catch(() => undefined); // stopped
    const client = clients[turn % clients.length];
    if (client === undefined || signal.aborted) return;
    const outcome = await client.perform({ kind: 'range', key: `${prefix}final` });
    if (outcome.status !== 'ok') continue;
    const revision = outcome.result.revision - keepRevisions;
    if (revision > 0) await client.perform({ kind: 'compact', revision });
  }
}
