import { setTimeout as pause } from 'node:timers/promises';
import { type Random, seededRandom } from '../runner/random.ts';
import type { RecordedClient } from './recorded-client.ts';

/** What becomes of a lease once it was kept alive for a while. */
const endings = ['revoke', 'expire', 'overwrite'] as const;

const afterFailureMs = 200;
/** How long past its time a lease is looked for: etcd ends leases twice a second. */
const expiryGraceMs = 1500;
const mostKeys = 3;
const mostRenewals = 4;

/**
 * Lives of leases, one after the other, until `signal`: granted, attached to keys, kept alive, then
 * revoked, left to expire, or stripped of their keys by writes without a lease. The seed decides what
 * is asked; when it is asked follows from the time the server granted.
 */
export async function liveLeases(
  clients: readonly RecordedClient[],
  options: {
    /** Of the client among its like: keys and seed follow from it. */
    readonly index: number;
    readonly maxTtlSeconds: number;
    readonly prefix: string;
    readonly seed: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { index, signal } = options;
  const random = seededRandom(options.seed + Math.imul(index + 1, 0x85ebca6b));
  const anyone = (): RecordedClient => {
    const client = clients[random.integer(clients.length)];
    if (client === undefined) throw new Error('a load has one member at least');
    return client;
  };
  for (let life = 0; !signal.aborted; life += 1) {
    const ttlSeconds = 1 + random.integer(options.maxTtlSeconds);
    const outcome = await anyone().perform({ kind: 'lease-grant', ttlSeconds });
    if (outcome.status !== 'ok' || outcome.result.kind !== 'lease-grant') {
      await rest(afterFailureMs, signal);
      continue;
    }
    const { lease, ttlSeconds: grantedSeconds } = outcome.result;
    const grantedMs = 1000 * grantedSeconds;
    const keys = Array.from(
      { length: 1 + random.integer(mostKeys) },
      (_, key) => `${options.prefix}lease/${index}.${key}`,
    );
    const value = (key: string, what: string) => `${key}#${life}.${what}`;
    for (const key of keys) {
      await anyone().perform({ kind: 'put', key, value: value(key, 'leased'), lease });
    }
    await renew(anyone, lease, grantedMs, random, signal);
    switch (endings[random.integer(endings.length)]) {
      case 'expire':
        await rest(grantedMs + expiryGraceMs, signal);
        for (const key of keys) await anyone().perform({ kind: 'range', key });
        break;
      case 'overwrite':
        for (const key of keys) {
          await anyone().perform({ kind: 'put', key, value: value(key, 'free') });
        }
        break;
      default:
    }
    // The end of a run is quiet: no lease of the load expires after its last look.
    await anyone().perform({ kind: 'lease-revoke', lease });
  }
}

async function renew(
  anyone: () => RecordedClient,
  lease: string,
  grantedMs: number,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  for (let left = random.integer(mostRenewals); left > 0 && !signal.aborted; left -= 1) {
    await rest(grantedMs / 3, signal);
    await anyone().perform({ kind: 'lease-keepalive', lease });
  }
}

async function rest(durationMs: number, signal: AbortSignal): Promise<void> {
  await pause(durationMs, undefined, { signal }).catch(() => undefined); // stopped
}
