import { setTimeout as pause } from 'node:timers/promises';
import { formatDuration } from '../duration.ts';
import { DrillError, exitCode } from '../errors.ts';
import type { RecordedClient } from '../load/recorded-client.ts';

export interface Versions {
  readonly prefix: string;
  /** So many keys are written again and again: what they held before stays until it is compacted. */
  readonly keys: number;
  readonly valueBytes: number;
  /** Of all acknowledged values together. */
  readonly totalBytes: number;
  /** Spread over this time; as fast as one member takes them without it. */
  readonly overMs?: number;
  /** Puts under way at once; 4 unless told otherwise. */
  readonly atATime?: number;
}

export interface Written {
  readonly bytes: number;
  readonly puts: number;
  /** What etcd said to the put that it had no space for. */
  readonly refusedWith?: string;
}

const againAfterMs = 100;
/** Longer than an election and a put that hangs until its deadline. */
const patienceMs = 30_000;

/**
 * Puts unique values until `totalBytes` are acknowledged, or etcd has no space for one. Any other
 * failure says nothing of space: another value is put instead, and only where none was acknowledged for
 * 30 s it throws a `DrillError` that ends the run inconclusive.
 */
export async function writeVersions(client: RecordedClient, versions: Versions): Promise<Written> {
  const { prefix, keys, valueBytes, totalBytes, overMs = 0, atATime = 4 } = versions;
  const total = Math.ceil(totalBytes / valueBytes);
  const startMs = performance.now();
  let acknowledgedMs = startMs;
  let next = 0;
  let left = total;
  let puts = 0;
  let refusedWith: string | undefined;
  const writer = async (): Promise<void> => {
    while (left > 0 && refusedWith === undefined) {
      left -= 1;
      const number = next++;
      const waitMs = startMs + (overMs * number) / total - performance.now();
      if (waitMs > 1) await pause(waitMs);
      const value = `${prefix}#${number}.`.padEnd(valueBytes, 'x');
      const key = `${prefix}${number % keys}`;
      const outcome = await client.perform({ kind: 'put', key, value });
      if (outcome.status === 'ok') {
        puts += 1;
        acknowledgedMs = performance.now();
        continue;
      }
      const { message } = outcome.error;
      if (message.includes('database space exceeded')) {
        refusedWith ??= message;
        return;
      }
      if (performance.now() - acknowledgedMs > patienceMs) throw nothingGoes(client, message);
      left += 1;
      await pause(againAfterMs);
    }
  };
  await Promise.all(Array.from({ length: atATime }, writer));
  const written = { puts, bytes: puts * valueBytes };
  return refusedWith === undefined ? written : { ...written, refusedWith };
}

function nothingGoes({ member }: RecordedClient, message: string): DrillError {
  return new DrillError(
    `${member} acknowledged no put for ${formatDuration(patienceMs)} while versions were written to it; it answered the last with "${message}". Is the machine overloaded? Compare \`drill doctor\`.`,
    exitCode.inconclusive,
  );
}
