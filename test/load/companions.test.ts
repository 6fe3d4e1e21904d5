import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation, Request } from '../../src/history/operation.ts';
import { startCompanions } from '../../src/load/companions.ts';
import type { Defragmented } from '../../src/load/defrag.ts';
import { startLoad } from '../../src/load/load.ts';
import { loadSpec, type LoadSpecInput } from '../../src/load/spec.ts';
import { memorySink, type MemorySink } from '../fixtures/memory-sink.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

let etcd: SingleEtcd;
beforeAll(async () => {
  etcd = await startSingleEtcd();
}, 60_000);
afterAll(() => etcd[Symbol.asyncDispose]());

const nowMs = () => performance.now();

/** Runs what works beside a light load for so long. */
async function beside(input: LoadSpecInput, durationMs: number) {
  const members = [{ name: 'm1', address: etcd.address, version: '3.7.3' }];
  const sink = memorySink();
  const done: Defragmented[] = [];
  const spec = loadSpec({ ratePerSecond: 100, ...input });
  const load = startLoad({ members, spec, seed: 3, nowMs, sink });
  const onDefragmented = (each: Defragmented): void => void done.push(each);
  const companions = startCompanions({ members, spec, seed: 3, nowMs, sink, onDefragmented });
  await pause(durationMs);
  const stoppingMs = nowMs();
  await companions.stop();
  const tookMs = nowMs() - stoppingMs;
  await load.stop();
  return { sink, done, tookMs };
}

const operationsOf = (sink: MemorySink, kind: Request['kind']): Operation[] =>
  sink.operations.filter(({ request }) => request.kind === kind);

test('a load that asks for nothing beside its mix gets nothing', async () => {
  const { sink, done } = await beside({ prefix: 'n/' }, 500);
  expect(sink.operations.every(({ client }) => client < 1_000_000)).toBe(true);
  expect([sink.watches, done]).toEqual([[], []]);
}, 30_000);

describe('leases', () => {
  let sink: MemorySink;
  let tookMs: number;
  beforeAll(async () => {
    ({ sink, tookMs } = await beside(
      { prefix: 'l/', leases: { clients: 12, maxTtlSeconds: 2 } },
      8000,
    ));
  }, 30_000);

  test('are granted, attached, kept alive and revoked, each step an operation of a process of its own', () => {
    const steps = sink.operations.filter(({ client }) => client >= 3_000_000);
    expect(new Set(steps.map(({ client }) => client)).size).toBe(steps.length);
    for (const kind of ['lease-grant', 'lease-keepalive', 'lease-revoke', 'put'] as const) {
      expect(steps.filter(({ request }) => request.kind === kind).length).toBeGreaterThan(3);
    }
    const attached = operationsOf(sink, 'put').filter(
      ({ request }) => request.kind === 'put' && request.lease !== undefined,
    );
    expect(attached.length).toBeGreaterThan(10);
    const values = steps.flatMap(({ request }) => (request.kind === 'put' ? [request.value] : []));
    expect(new Set(values).size).toBe(values.length);
  });

  test('some expire by themselves: revoking them is refused, and their keys are gone', () => {
    const refused = operationsOf(sink, 'lease-revoke').filter(
      ({ outcome }) => outcome.status === 'failed',
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const { outcome } of refused) {
      expect(outcome).toMatchObject({
        error: { message: 'etcdserver: requested lease not found' },
      });
    }
  });

  test('none outlives the load, which ends at once', () => {
    const ids = operationsOf(sink, 'lease-grant').flatMap(({ outcome }) =>
      outcome.status === 'ok' && outcome.result.kind === 'lease-grant'
        ? [outcome.result.lease]
        : [],
    );
    const revoked = operationsOf(sink, 'lease-revoke').flatMap(({ request }) =>
      request.kind === 'lease-revoke' ? [request.lease] : [],
    );
    expect(revoked.toSorted()).toEqual(ids.toSorted());
    expect(tookMs).toBeLessThan(2000);
  });
});

test('watches of every kind, every response with its stream, every stream with its request', async () => {
  const { sink } = await beside({ prefix: 'w/', watches: { clients: 16 } }, 6000);
  const created = sink.watches.filter(({ kind }) => kind === 'created');
  const requests = created.flatMap(({ request }) => (request === undefined ? [] : [request]));
  expect(requests).toHaveLength(created.length);
  expect(requests.some(({ fragment }) => fragment)).toBe(true);
  expect(requests.some(({ prevKv }) => prevKv)).toBe(true);
  expect(requests.some(({ startRevision = 0 }) => startRevision > 1)).toBe(true);
  expect(sink.watches.some(({ kind, watchId }) => kind === 'progress' && watchId === '-1')).toBe(
    true,
  );
  const perStream = Map.groupBy(created, ({ stream }) => stream);
  expect([...perStream.values()].some((watches) => watches.length === 8)).toBe(true);
  for (const { stream, watchId } of sink.watches) {
    if (watchId !== '-1')
      expect(perStream.get(stream)?.some((one) => one.watchId === watchId)).toBe(true);
  }
}, 30_000);

test('compaction and defragmentation go on beside the load', async () => {
  const { sink, done } = await beside(
    { prefix: 'c/', compaction: { everyMs: 300, keepRevisions: 5 }, defrag: { everyMs: 300 } },
    2500,
  );
  const compactions = operationsOf(sink, 'compact');
  expect(compactions.length).toBeGreaterThan(2);
  expect(compactions.every(({ outcome }) => outcome.status === 'ok')).toBe(true);
  expect(done.length).toBeGreaterThan(2);
  expect(done[0]).toEqual({
    member: 'm1',
    startedMs: expect.any(Number) as number,
    durationMs: expect.any(Number) as number,
  });
}, 30_000);

test('a member that is not there: what failed is recorded and told, and nothing spins', async () => {
  const members = [{ name: 'nobody', address: '127.0.0.1:1', version: '3.7.3' }];
  const sink = memorySink();
  const done: Defragmented[] = [];
  const spec = loadSpec({
    leases: { clients: 1 },
    watches: { clients: 1 },
    compaction: { everyMs: 100 },
    defrag: { everyMs: 100 },
  });
  const onDefragmented = (each: Defragmented): void => void done.push(each);
  const companions = startCompanions({ members, spec, seed: 3, nowMs, sink, onDefragmented });
  await pause(1000);
  await companions.stop();
  expect(done[0]?.error).toMatch(/^Defragment on nobody failed: /);
  expect(sink.operations.every(({ outcome }) => outcome.status === 'never-sent')).toBe(true);
  expect(sink.operations.length).toBeLessThan(30);
}, 30_000);
