import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { EtcdClient } from '../etcd/client.ts';

/** A defragmentation's end. It changes no key, so it is no operation of the history. */
export interface Defragmented {
  readonly member: string;
  readonly startedMs: number;
  readonly durationMs: number;
  /** Why it failed. */
  readonly error?: string;
}

/** Defragments beside the traffic, one member after the other, until `signal`. */
export async function defragmentNowAndThen(
  clients: readonly EtcdClient[],
  options: {
    readonly everyMs: number;
    readonly nowMs: () => number;
    readonly onDone: (done: Defragmented) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { everyMs, nowMs, onDone, signal } = options;
  for (let turn = 0; !signal.aborted; turn += 1) {
    await pause(everyMs, undefined, { signal }).catch(() => undefined); // stopped
    const client = clients[turn % clients.length];
    if (client === undefined || signal.aborted) return;
    const { member } = client.target;
    const startedMs = nowMs();
    try {
      await openAdmin(client).defragment(deadlineMs);
      onDone({ member, startedMs, durationMs: nowMs() - startedMs });
    } catch (error) {
      onDone({ member, startedMs, durationMs: nowMs() - startedMs, error: messageOf(error) });
    }
  }
}

const deadlineMs = 10_000;
