import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openClient } from '../../src/etcd/client.ts';
import type { HistorySink } from '../../src/history/history.ts';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { startApplication } from '../../src/load/application.ts';
import { finalRead } from '../../src/load/final-read.ts';
import { startLoad, type LoadCounts } from '../../src/load/load.ts';
import { loadSpec, type LoadSpec } from '../../src/load/spec.ts';
import { startWatchers } from '../../src/load/watchers.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';
import { until } from '../fixtures/until.ts';

let etcd: SingleEtcd;
beforeAll(async () => {
  etcd = await startSingleEtcd();
}, 60_000);
afterAll(() => etcd[Symbol.asyncDispose]());

const nowMs = () => performance.now();
const unreachable = { name: 'nobody', address: '127.0.0.1:1' };

function memory(): HistorySink & { operations: Operation[]; watches: WatchRecord[] } {
  const operations: Operation[] = [];
  const watches: WatchRecord[] = [];
  return {
    operations,
    watches,
    operation: (operation) => void operations.push(operation),
    watch: (record) => void watches.push(record),
  };
}

async function runFor(durationMs: number, spec: LoadSpec, address: string) {
  const sink = memory();
  const load = startLoad({ members: [{ name: 'm1', address }], spec, seed: 7, nowMs, sink });
  await pause(durationMs);
  return { counts: await load.stop(), operations: sink.operations };
}

describe('a load', () => {
  let counts: LoadCounts;
  let operations: Operation[];
  const spec = loadSpec({ ratePerSecond: 100, prefix: 'a/' });
  beforeAll(async () => {
    ({ counts, operations } = await runFor(2000, spec, etcd.address));
  });

  test('keeps its rate and counts what it recorded', () => {
    expect(counts.operations).toBe(operations.length);
    expect(counts.operations).toBeGreaterThan(133);
    expect(counts.operations).toBeLessThanOrEqual(213);
    expect(counts).toMatchObject({ failed: 0, neverSent: 0, unknown: 0, ok: counts.operations });
    const deadline = operations.find(({ request }) => request.kind === 'put');
    expect(deadline?.member).toBe('m1');
  });

  test('each client has one operation under way at a time', () => {
    for (let client = 0; client < spec.clients; client++) {
      const own = operations.filter((operation) => operation.client === client);
      expect(own.length).toBeGreaterThan(10);
      for (const [index, { invokedMs }] of own.entries()) {
        expect(invokedMs).toBeGreaterThanOrEqual(own[index - 1]?.returnedMs ?? 0);
      }
    }
  });

  test('acknowledged writes are the revisions etcd moved by', async () => {
    const wrote = operations.filter(
      ({ outcome: { status }, request }) => status === 'ok' && request.kind !== 'range',
    );
    expect(counts.acknowledgedWrites).toBeLessThanOrEqual(wrote.length);
    const sink = memory();
    const members = [{ name: 'm1', address: etcd.address }];
    const revision = await finalRead({ members, spec, nowMs, sink });
    // The first write made revision 2, the final one is its own.
    expect(counts.acknowledgedWrites).toBe(revision - 2);
  });

  test('most compare-and-swaps succeed', () => {
    const swaps = operations.flatMap(({ request, outcome }) =>
      request.kind === 'txn' && request.success.length === 1 && outcome.status === 'ok'
        ? [outcome.result]
        : [],
    );
    const succeeded = swaps.filter((result) => result.kind === 'txn' && result.succeeded);
    expect(succeeded.length).toBeGreaterThan(swaps.length / 2);
  });
});

test('a client whose outcome is unknown goes on as another process, and stop waits no longer than a deadline', async () => {
  await using victim = await startSingleEtcd();
  const sink = memory();
  const members = [{ name: 'm1', address: victim.address }];
  const spec = loadSpec({ clients: 4, mix: { put: 1 }, deadlineMs: 400 });
  const load = startLoad({ members, spec, seed: 7, nowMs, sink });
  await pause(500);
  await victim.pause();
  await pause(600);
  const stoppingMs = nowMs();
  const counts = await load.stop();
  expect(nowMs() - stoppingMs).toBeLessThan(600);
  expect(counts.unknown).toBeGreaterThanOrEqual(4);
  const ended = new Set<number>();
  for (const { client, outcome } of sink.operations) {
    expect(ended.has(client)).toBe(false);
    if (outcome.status === 'unknown') ended.add(client);
  }
  expect(await load.stop()).toEqual(counts);
}, 60_000);

test('a member that is not there is asked about twenty times a second by each client', async () => {
  const spec = loadSpec({ clients: 2, ratePerSecond: 10_000 });
  const { counts } = await runFor(1000, spec, unreachable.address);
  expect(counts).toMatchObject({ ok: 0, acknowledgedWrites: 0, neverSent: counts.operations });
  expect(counts.operations).toBeGreaterThan(20);
  expect(counts.operations).toBeLessThanOrEqual(42);
});

test('clients of a member that left go on at those that stayed, and some at one that joined', async () => {
  await using other = await startSingleEtcd();
  const [m1, m2] = [
    { name: 'm1', address: etcd.address },
    { name: 'm2', address: other.address },
  ];
  const sink = memory();
  const spec = loadSpec({ clients: 4, mix: { put: 1 }, prefix: 'moved/' });
  const load = startLoad({ members: [m1], spec, seed: 7, nowMs, sink });
  /** Waits until so many clients' last operation was at each member. */
  const seen = (counts: Readonly<Record<string, number>>): Promise<true> => {
    const from = sink.operations.length;
    return until(`clients at ${Object.keys(counts).join()}`, 5000, () => {
      const operations = sink.operations.slice(from);
      const places = operations.map(({ client, member }): [number, string] => [client, member]);
      const last = [...new Map(places).values()];
      const there = ([name, count]: [string, number]): boolean =>
        last.filter((member) => member === name).length === count;
      return Object.entries(counts).every(there) || undefined;
    });
  };
  await seen({ m1: 4 });
  load.moveTo([m1, m2]);
  await seen({ m1: 2, m2: 2 });
  load.moveTo([m2]);
  await seen({ m1: 0, m2: 4 });
  load.moveTo([]);
  await seen({ m1: 0, m2: 4 });
  const { operations, ok } = await load.stop();
  expect(ok).toBe(operations);
}, 60_000);

describe('watchers', () => {
  test('see every write, go on as a new stream after a cut, and tell who is behind', async () => {
    await using victim = await startSingleEtcd();
    const members = [{ name: 'm1', address: victim.address }];
    const spec = loadSpec({ mix: { put: 1 }, prefix: 'w/' });
    const sink = memory();
    const watchers = startWatchers({ members: [...members, unreachable], nowMs, sink });
    for (let round = 0; round < 2; round++) {
      const load = startLoad({ members, spec, seed: round, nowMs, sink: memory() });
      await pause(500);
      await load.stop();
      await victim.kill();
      await victim.start();
    }
    const revision = await finalRead({ members, spec, nowMs, sink });
    expect(await watchers.caughtUpTo(revision, 5000)).toEqual([
      { member: 'nobody', seenRevision: 0 },
    ]);
    await watchers.stop();
    const seen = sink.watches.flatMap(({ events }) => events);
    const revisions = seen.map((event) => (event.type === 'put' ? event.kv.modRevision : 0));
    expect(revisions).toEqual(Array.from({ length: revision - 1 }, (_, index) => index + 2));
    const streams = sink.watches.filter(({ kind }) => kind === 'created');
    expect(new Set(streams.map(({ stream }) => stream)).size).toBe(streams.length);
    expect(streams.length).toBeGreaterThanOrEqual(3);
  }, 60_000);

  test('follow members that come and go, each stream under a name of its own', async () => {
    const [m1, m2] = ['m1', 'm2'].map((name) => ({ name, address: etcd.address }));
    if (!m1 || !m2) throw new Error('there are two names');
    const sink = memory();
    const watchers = startWatchers({ members: [m1], nowMs, sink });
    const caughtUp = async (): Promise<number> => {
      const write = { members: [m1], spec: loadSpec(), nowMs, sink: memory() };
      const revision = await finalRead(write);
      expect(await watchers.caughtUpTo(revision, 5000)).toEqual([]);
      return revision;
    };
    await caughtUp();
    watchers.follow([m1, m2]);
    await caughtUp();
    watchers.follow([m2]);
    const left = await caughtUp();
    watchers.follow([m1, m2]);
    const back = await caughtUp();
    await watchers.stop();
    watchers.follow([m1]);
    const created = sink.watches.filter(({ kind }) => kind === 'created');
    expect(created.map(({ stream }) => stream)).toEqual(['m1#1', 'm2#1', 'm1#2']);
    const revisionsOf = (stream: string) =>
      sink.watches
        .filter((record) => record.stream === stream)
        .flatMap(({ events }) => events)
        .map((event) => (event.type === 'put' ? event.kv.modRevision : event.modRevision));
    expect(Math.max(...revisionsOf('m1#1'))).toBeLessThan(left);
    // What joins is watched from the start on, whether it was there before or not.
    for (const stream of ['m2#1', 'm1#2']) {
      expect(revisionsOf(stream)[0]).toBe(2);
      expect(revisionsOf(stream)).toContain(back);
    }
  }, 60_000);

  test('a compacted start is gone on with from what is left', async () => {
    await using compacted = await startSingleEtcd({ flags: ['--auto-compaction-mode=revision'] });
    const members = [{ name: 'm1', address: compacted.address }];
    await using client = openClient({ member: 'm1', address: compacted.address });
    for (let count = 0; count < 5; count++) {
      await client.perform({ kind: 'put', key: 'k', value: `${count}` }, { deadlineMs: 3000 });
    }
    await client.perform({ kind: 'compact', revision: 4 }, { deadlineMs: 3000 });
    const sink = memory();
    const watchers = startWatchers({ members, nowMs, sink });
    expect(await watchers.caughtUpTo(6, 5000)).toEqual([]);
    await watchers.stop();
    expect(sink.watches.find(({ kind }) => kind === 'canceled')?.compactRevision).toBe(4);
  }, 60_000);
});

describe('the final read', () => {
  test('reads every key through every member, in pages at one revision', async () => {
    await using fresh = await startSingleEtcd();
    await using client = openClient({ member: 'm1', address: fresh.address });
    for (let part = 0; part < 20; part++) {
      const success = Array.from({ length: 120 }, (_, index) => {
        const key = `many/${String(part * 120 + index).padStart(5, '0')}`;
        return { kind: 'put', key, value: key } as const;
      });
      const txn = { kind: 'txn', compare: [], success, failure: [] } as const;
      expect(await client.perform(txn, { deadlineMs: 5000 })).toMatchObject({ status: 'ok' });
    }
    const sink = memory();
    const members = ['m1', 'm2'].map((name) => ({ name, address: fresh.address }));
    const revision = await finalRead({ members, spec: loadSpec(), nowMs, sink });
    for (const { name } of members) {
      const reads = sink.operations.filter(
        ({ member, request }) => member === name && request.kind === 'range',
      );
      const kvs = reads.flatMap(({ outcome }) =>
        outcome.status === 'ok' && outcome.result.kind === 'range' ? outcome.result.kvs : [],
      );
      expect(new Set(kvs.map(({ key }) => key)).size).toBe(2401);
      expect(reads).toHaveLength(3);
      const revisions = reads.map(({ request }) => request.kind === 'range' && request.revision);
      expect(revisions).toEqual([undefined, revision, revision]);
    }
    expect(new Set(sink.operations.map((operation) => operation.client)).size).toBe(7);
  }, 60_000);
});

test('an application with a stock client tells its longest gap, and ends whatever its client does', async () => {
  await using victim = await startSingleEtcd();
  const members = [{ name: 'm1', address: victim.address }, unreachable];
  const application = await startApplication({ members, nowMs });
  await pause(700);
  await victim.pause();
  const pausedMs = nowMs();
  await pause(900);
  const { answered, longestGap } = await application.stop();
  expect(answered).toBeGreaterThan(2);
  expect(longestGap.durationMs).toBeGreaterThan(850);
  expect(longestGap.startMs).toBeLessThan(pausedMs + 5);
}, 60_000);
