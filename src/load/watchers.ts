import { setTimeout as pause } from 'node:timers/promises';
import { openClient } from '../etcd/client.ts';
import type { WatchHandle } from '../etcd/watch.ts';
import type { HistorySink } from '../history/history.ts';
import type { WatchRecord } from '../history/operation.ts';
import type { LoadTarget } from './load.ts';

/** One watcher of the whole keyspace per member. */
export interface Watchers {
  /**
   * The members to watch from now on: those that are new from the start revision on, those that are
   * gone no longer. One that was gone and is back counts as new.
   */
  follow(members: readonly LoadTarget[]): void;
  /** Waits until every member has sent an event of `revision` or later; tells who has not. */
  caughtUpTo(revision: number, withinMs: number): Promise<WatcherBehind[]>;
  stop(): Promise<void>;
}

export interface WatcherBehind {
  readonly member: string;
  /** Of the last event it sent. */
  readonly seenRevision: number;
}

/** Between two attempts to watch a member that does not answer. */
const retryMs = 100;
/** A stream silent for so long is asked whether it lives; etcd forbids pings closer than 5 s. */
const silentMs = 6000;
const pingMs = 2000;
const pollMs = 20;

/**
 * Watches everything at every member from `startRevision`, by default 1. A stream that was cut is resumed from the
 * revision after the last one seen (from the compacted revision where that one is gone), as a new
 * stream named `member#n`, in a later epoch `member#epoch.n`: what is recorded is what each stream said, and nothing is merged here.
 */
export function startWatchers(options: {
  readonly members: readonly LoadTarget[];
  readonly nowMs: () => number;
  readonly sink: HistorySink;
  readonly startRevision?: number;
  /** Of the history; 1 is the first. */
  readonly epoch?: number;
  /** Record what each event replaced. */
  readonly prevKv?: boolean;
}): Watchers {
  const watchers = new Map<string, Watcher>();
  const ending: Promise<void>[] = [];
  let stopped = false;
  const streams = new Map<string, number>();
  /** How many streams there were at a member, this one included: their names must not come twice. */
  const nextStream = (member: string): number => {
    const number = (streams.get(member) ?? 0) + 1;
    streams.set(member, number);
    return number;
  };
  const follow = (members: readonly LoadTarget[]): void => {
    if (stopped) return;
    for (const [name, watcher] of watchers) {
      if (members.some((member) => member.name === name)) continue;
      watchers.delete(name);
      ending.push(watcher.stop());
    }
    for (const member of members) {
      if (watchers.has(member.name)) continue;
      watchers.set(member.name, startWatcher(member, nextStream, options));
    }
  };
  const behind = (revision: number): WatcherBehind[] =>
    [...watchers]
      .map(([member, { seen }]) => ({ member, seenRevision: seen() }))
      .filter(({ seenRevision }) => seenRevision < revision);
  follow(options.members);
  return {
    follow,
    async caughtUpTo(revision, withinMs) {
      const deadlineMs = options.nowMs() + withinMs;
      while (behind(revision).length > 0 && options.nowMs() < deadlineMs) await pause(pollMs);
      return behind(revision);
    },
    async stop() {
      stopped = true;
      await Promise.all([...ending, ...[...watchers.values()].map(({ stop }) => stop())]);
    },
  };
}

interface Watcher {
  seen(): number;
  stop(): Promise<void>;
}

function startWatcher(
  { name, address }: LoadTarget,
  nextStream: (member: string) => number,
  options: Parameters<typeof startWatchers>[0],
): Watcher {
  const { nowMs, sink, startRevision = 1, epoch = 1, prevKv = false } = options;
  const prefix = epoch === 1 ? `${name}#` : `${name}#${epoch}.`;
  const client = openClient({ member: name, address });
  const stopping = new AbortController();
  let seenRevision = 0;
  let nextRevision = startRevision;
  let heardMs = nowMs();

  const onRecord = (record: WatchRecord): void => {
    heardMs = record.receivedMs;
    for (const event of record.events) {
      const revision = event.type === 'put' ? event.kv.modRevision : event.modRevision;
      seenRevision = Math.max(seenRevision, revision);
      nextRevision = seenRevision + 1;
    }
    if (record.compactRevision !== undefined) nextRevision = record.compactRevision;
    sink.watch(record);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      heardMs = nowMs();
      const request = { key: '\0', end: '\0', startRevision: nextRevision, prevKv };
      const ended = Promise.withResolvers<void>();
      const finish = (): void => ended.resolve();
      const watch = client.watch(request, {
        stream: `${prefix}${nextStream(name)}`,
        nowMs,
        onEnd: finish,
        onRecord(record) {
          onRecord(record);
          if (record.kind === 'canceled') finish();
        },
      });
      stopping.signal.addEventListener('abort', finish, { once: true });
      const checking = setInterval(() => {
        if (nowMs() - heardMs < silentMs) return;
        void diesWithout(watch).then((dead) => dead && finish());
      }, silentMs);
      await ended.promise;
      clearInterval(checking);
      watch.close();
      stopping.signal.removeEventListener('abort', finish);
      await pause(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined); // stopped
    }
  };

  const running = loop();
  return {
    seen: () => seenRevision,
    async stop() {
      stopping.abort();
      await running;
      await client[Symbol.asyncDispose]();
    },
  };
}

async function diesWithout(watch: WatchHandle): Promise<boolean> {
  return !(await watch.alive(pingMs));
}
