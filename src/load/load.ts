import { setTimeout as pause } from 'node:timers/promises';
import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import { acknowledgedWrite } from '../history/acknowledged-write.ts';
import { openConnections } from './connections.ts';
import type { Gate } from './gate.ts';
import { requestSource } from './requests.ts';
import type { LoadSpec } from './spec.ts';
import { spread } from './spread.ts';

/** A member's client endpoint, `host:port`. */
export interface LoadTarget {
  readonly name: string;
  readonly address: string;
}

/** How many operations ended how. */
export interface LoadCounts {
  readonly operations: number;
  readonly ok: number;
  readonly failed: number;
  readonly neverSent: number;
  readonly unknown: number;
  /** Of those unknown, the ones that may have changed the keyspace. */
  readonly unknownWrites: number;
  /** Operations that were acknowledged and changed the keyspace. */
  readonly acknowledgedWrites: number;
}

export interface Load {
  counts(): LoadCounts;
  /**
   * The members that are worked at from now on: clients of others go on at these, each once its
   * operation under way has ended. Without any, the clients stay where they are.
   */
  moveTo(members: readonly LoadTarget[]): void;
  /** Starts no more operations and waits for those under way, at most until their deadline. */
  stop(): Promise<LoadCounts>;
}

/** After an attempt without success a client waits this long: no hot loop, yet prompt to recover. */
const afterFailureMs = 50;

/**
 * Starts seeded clients, spread over the members in turn; each sends its next request when the last
 * one has ended and its turn by the rate has come. Clients have the process ids 0 to `clients` - 1;
 * one whose operation ended `unknown` goes on under the next free one.
 */
export function startLoad(options: {
  readonly members: readonly LoadTarget[];
  readonly spec: LoadSpec;
  readonly seed: number;
  readonly nowMs: () => number;
  readonly sink: HistorySink;
  /** Holds them back; absent: nothing does. */
  readonly gate?: Gate;
}): Load {
  const { members, spec, seed, nowMs, sink, gate } = options;
  const connections = openConnections();
  let places: EtcdClient[] = [];
  const moveTo = (targets: readonly LoadTarget[]): void => {
    const [first, ...others] = connections.to(targets);
    if (first) places = spread(spec.clients, [first, ...others], places);
  };
  moveTo(members);
  const stopping = new AbortController();
  const counts = {
    operations: 0,
    ok: 0,
    failed: 0,
    neverSent: 0,
    unknown: 0,
    unknownWrites: 0,
    acknowledgedWrites: 0,
  };
  let nextProcess = spec.clients;

  const run = async (index: number): Promise<void> => {
    const source = requestSource(spec, seed, index);
    const intervalMs = (1000 * spec.clients) / spec.ratePerSecond;
    let process = index;
    // Staggered, so that the clients do not move as one.
    let dueMs = nowMs() + (intervalMs * index) / spec.clients;
    while (true) {
      await until(dueMs, nowMs, stopping.signal);
      await gate?.passed(stopping.signal);
      const client = places[index];
      if (stopping.signal.aborted || client === undefined) return;
      const request = source.next();
      const invokedMs = nowMs();
      const outcome = await client.perform(request, { deadlineMs: spec.deadlineMs });
      const returnedMs = nowMs();
      const member = client.target.member;
      const operation = { client: process, member, invokedMs, returnedMs, request, outcome };
      sink.operation(operation);
      count(operation);
      source.learn(request, outcome);
      if (outcome.status === 'unknown') process = nextProcess++;
      // What was missed while an answer took long is not made up for.
      dueMs = Math.max(dueMs + intervalMs, returnedMs);
      if (outcome.status !== 'ok') dueMs = Math.max(dueMs, returnedMs + afterFailureMs);
    }
  };
  const count = (operation: Operation): void => {
    counts.operations += 1;
    counts[countNames[operation.outcome.status]] += 1;
    if (acknowledgedWrite(operation)) counts.acknowledgedWrites += 1;
    const { outcome, request } = operation;
    if (outcome.status === 'unknown' && request.kind !== 'range') counts.unknownWrites += 1;
  };

  const loops = places.map((_, index) => run(index));
  let stopped: Promise<LoadCounts> | undefined;
  const stop = async (): Promise<LoadCounts> => {
    stopping.abort();
    await Promise.all(loops);
    await connections.close();
    return { ...counts };
  };
  return {
    counts: () => ({ ...counts }),
    moveTo,
    stop: () => (stopped ??= stop()),
  };
}

const countNames = {
  ok: 'ok',
  failed: 'failed',
  'never-sent': 'neverSent',
  unknown: 'unknown',
} as const;

async function until(dueMs: number, nowMs: () => number, signal: AbortSignal): Promise<void> {
  const leftMs = dueMs - nowMs();
  if (leftMs <= 0) return;
  await pause(leftMs, undefined, { signal }).catch(() => undefined); // stopping ends the wait
}
