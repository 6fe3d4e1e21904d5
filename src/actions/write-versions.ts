import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedClient } from '../load/recorded-client.ts';

export interface Versions {
  readonly prefix: string;
  /** So many keys are written again and again: what they held before stays until it is compacted. */
  readonly keys: number;
  readonly valueBytes: number;
  /** Of all values together. */
  readonly totalBytes: number;
  /** Spread over this time; as fast as one member takes them without it. */
  readonly overMs?: number;
}

export interface Written {
  readonly bytes: number;
  readonly puts: number;
  /** What etcd said to the put that ended it before its time. */
  readonly refusedWith?: string;
}

const atATime = 4;

/** Puts unique values until `totalBytes` are written, or a put is not acknowledged. */
export async function writeVersions(client: RecordedClient, versions: Versions): Promise<Written> {
  const { prefix, keys, valueBytes, totalBytes, overMs = 0 } = versions;
  const total = Math.ceil(totalBytes / valueBytes);
  const startMs = performance.now();
  let next = 0;
  let puts = 0;
  let refusedWith: string | undefined;
  const writer = async (): Promise<void> => {
    while (next < total && refusedWith === undefined) {
      const number = next++;
      const waitMs = startMs + (overMs * number) / total - performance.now();
      if (waitMs > 1) await pause(waitMs);
      const value = `${prefix}#${number}.`.padEnd(valueBytes, 'x');
      const key = `${prefix}${number % keys}`;
      const outcome = await client.perform({ kind: 'put', key, value });
      if (outcome.status === 'ok') puts += 1;
      else refusedWith ??= outcome.error.message;
    }
  };
  await Promise.all(Array.from({ length: atATime }, writer));
  const written = { puts, bytes: puts * valueBytes };
  return refusedWith === undefined ? written : { ...written, refusedWith };
}
