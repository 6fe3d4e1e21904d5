import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedClient } from './recorded-client.ts';

/** Leases with a key each, kept alive until disposed; then they are left to themselves. */
export interface KeptLeases extends AsyncDisposable {
  readonly count: number;
  /** Leases that a keep-alive sent at `sinceMs` or later was acknowledged for, with time left. */
  renewedSince(sinceMs: number): number;
  /** Leases that etcd has said are gone, though nobody revoked them. */
  gone(): number;
}

export interface KeptLeasesOptions {
  readonly count: number;
  readonly ttlSeconds: number;
  /** Of the keys, one for each lease. */
  readonly prefix: string;
  readonly nowMs: () => number;
}

/** Before another member is asked, where one did not acknowledge. */
const retryMs = 100;

/**
 * Grants leases, attaches a key to each and keeps them alive through `through` in turn, each three
 * times as often as it must be. Every step is recorded; a grant that fails ends the run inconclusive.
 */
export async function keepLeases(
  through: readonly RecordedClient[],
  { count, ttlSeconds, prefix, nowMs }: KeptLeasesOptions,
): Promise<KeptLeases> {
  const stopping = new AbortController();
  const renewedMs: number[] = [];
  let gone = 0;

  const rest = (durationMs: number): Promise<void> =>
    pause(durationMs, undefined, { signal: stopping.signal }).catch(() => undefined); // stopped
  const keep = async (index: number, lease: string, ttlMs: number): Promise<void> => {
    for (let turn = index; !stopping.signal.aborted; turn += 1) {
      const invokedMs = nowMs();
      const client = through[turn % through.length];
      const outcome = await client?.perform({ kind: 'lease-keepalive', lease });
      const result = outcome?.status === 'ok' ? outcome.result : undefined;
      if (result?.kind !== 'lease-keepalive') {
        await rest(retryMs);
        continue;
      }
      if (result.ttlSeconds <= 0) {
        gone += 1;
        return;
      }
      renewedMs[index] = invokedMs;
      await rest(ttlMs / 3);
    }
  };
  const begin = async (index: number): Promise<() => Promise<void>> => {
    const client = through[index % through.length];
    if (client === undefined) throw new Error('leases are kept alive through one member at least');
    const granted = await client.must({ kind: 'lease-grant', ttlSeconds });
    const key = `${prefix}${index}`;
    const { lease } = granted;
    await client.must({ kind: 'put', key, value: `${key}#${lease}`, lease });
    return () => keep(index, lease, 1000 * granted.ttlSeconds);
  };

  const keepers = await Promise.all(Array.from({ length: count }, (_, index) => begin(index)));
  const loops = keepers.map((keeper) => keeper());
  return {
    count,
    renewedSince: (sinceMs) => renewedMs.filter((each) => each >= sinceMs).length,
    gone: () => gone,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
