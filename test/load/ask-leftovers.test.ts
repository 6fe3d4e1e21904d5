import { afterAll, beforeAll, expect, test } from 'vitest';
import { durable } from '../../src/assertions/durable.ts';
import { judgeHistory } from '../../src/checker/judge.ts';
import { openClient, type CallOptions, type EtcdClient } from '../../src/etcd/client.ts';
import type { Operation, Request } from '../../src/history/operation.ts';
import { askLeftovers } from '../../src/load/ask-leftovers.ts';
import { seenRevisions } from '../../src/load/seen-revisions.ts';
import { ample } from '../checker/support/budget.ts';
import { memorySink } from '../fixtures/memory-sink.ts';
import { runOf } from '../fixtures/run-builder.ts';
import { startSingleEtcd, type SingleEtcd } from '../fixtures/single-etcd.ts';

let etcd: SingleEtcd;
let client: EtcdClient;
beforeAll(async () => {
  etcd = await startSingleEtcd();
  client = openClient({ member: 'm1', address: etcd.address });
}, 60_000);
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
  await etcd?.[Symbol.asyncDispose]();
});

const nowMs = () => performance.now();
const unknown: Operation['outcome'] = {
  status: 'unknown',
  error: { code: 14, message: 'etcdserver: request timed out' },
};

/** A history without watchers that begins where the keyspace is now. */
async function beginning() {
  const start = await client.perform({ kind: 'range', key: '\0', end: '\0' }, { deadlineMs: 5000 });
  if (start.status !== 'ok' || start.result.kind !== 'range') throw new Error(start.status);
  const initial = { revision: start.result.revision, kvs: start.result.kvs };
  const memory = memorySink();
  const seen = seenRevisions(memory);
  seen.restartFrom(initial.revision);
  let process = 0;
  /** Executed, and recorded with its outcome, with another one, or not at all. */
  const perform = async (request: Request, as?: Operation['outcome'] | 'nothing') => {
    const invokedMs = nowMs();
    const outcome = await client.perform(request, { deadlineMs: 5000 });
    if (outcome.status !== 'ok') throw new Error(outcome.error.message);
    if (as === 'nothing') return;
    const base = { client: process++, member: 'm1', invokedMs, returnedMs: nowMs(), request };
    seen.sink.operation({ ...base, outcome: as ?? outcome });
  };
  /** Of unknown outcome, and never executed. */
  const lose = (request: Request): void => {
    const atMs = nowMs();
    const base = { client: process++, member: 'm1', invokedMs: atMs, returnedMs: atMs, request };
    seen.sink.operation({ ...base, outcome: unknown });
  };
  const ask = async () => {
    const status = await client.perform({ kind: 'range', key: 'x' }, { deadlineMs: 5000 });
    if (status.status !== 'ok') throw new Error(status.error.message);
    const revisions = seen.missing(status.result.revision, 10);
    await askLeftovers([client], revisions, { nowMs, sink: seen.sink, withinMs: 5000 });
    return revisions.map((revision) => revision - initial.revision);
  };
  const judged = () => {
    const input = { operations: memory.operations, watchRecords: [], initial };
    return judgeHistory(input, ample()).find(({ property }) => property === 'kv.linearizable');
  };
  return { perform, lose, ask, judged, memory };
}

const put = (key: string, value: string): Request => ({ kind: 'put', key, value });

test('of two writes that may have been executed the one that was is found', async () => {
  const { perform, lose, ask, judged } = await beginning();
  await perform(put('settled/a', 'a1'));
  lose(put('settled/b', 'never'));
  await perform(put('settled/b', 'written'), unknown);
  await perform(put('settled/a', 'a2'));
  expect(await ask()).toEqual([2]);
  expect(judged()).toMatchObject({
    state: 'legal',
    counts: { unknownResolved: 1, unknownOpen: 1 },
  });
});

test('a delete of unknown outcome is settled by what was there before', async () => {
  const { perform, lose, ask, judged } = await beginning();
  await perform(put('deleted/a', 'a'));
  await perform(put('deleted/b', 'b'));
  lose({ kind: 'delete', key: 'deleted/b' });
  await perform({ kind: 'delete', key: 'deleted/a' }, unknown);
  await perform(put('deleted/c', 'c'));
  expect(await ask()).toEqual([3]);
  expect(judged()).toMatchObject({
    state: 'legal',
    counts: { unknownResolved: 1, unknownOpen: 1 },
  });
});

test('a write that nobody sent is not taken for one of unknown outcome', async () => {
  const { perform, lose, ask, judged } = await beginning();
  await perform(put('foreign/a', 'a1'));
  lose(put('foreign/b', 'never'));
  await perform(put('foreign/b', 'by nobody'), 'nothing');
  await perform(put('foreign/a', 'a2'));
  expect(judged()?.state).toBe('legal');
  expect(await ask()).toEqual([2]);
  const rejected = judged();
  if (rejected?.state !== 'illegal') throw new Error(rejected?.state);
  expect(rejected.findings.map(({ kind }) => kind)).toContain('phantom-value');
});

test('nor is a delete that nobody sent', async () => {
  const { perform, lose, ask, judged } = await beginning();
  await perform(put('gone/a', 'a'));
  await perform(put('gone/b', 'b'));
  lose({ kind: 'delete', key: 'gone/b' });
  await perform({ kind: 'delete', key: 'gone/a' }, 'nothing');
  await perform(put('gone/c', 'c'));
  expect(judged()?.state).toBe('legal');
  expect(await ask()).toEqual([3]);
  expect(judged()?.state).toBe('illegal');
});

test('a compacted revision is left unanswered, and a look at the past is no final read', async () => {
  const { perform, memory } = await beginning();
  await perform(put('past/a', 'a1'));
  await perform(put('past/a', 'a2'));
  const { outcome } = memory.operations[1] ?? {};
  if (outcome?.status !== 'ok') throw new Error('not acknowledged');
  const { revision } = outcome.result;
  await client.perform({ kind: 'compact', revision }, { deadlineMs: 5000 });
  const options = { nowMs, sink: memory, withinMs: 5000 };
  expect(await askLeftovers([client, client], [revision], options)).toEqual({
    revisions: 1,
    unanswered: 1,
  });
  const refused = memory.operations.filter((each) => each.outcome.status === 'failed');
  expect(refused).toHaveLength(1); // what is compacted is so everywhere
  await askLeftovers([client], [revision + 1], options);
  expect(durable().judge(runOf({ operations: memory.operations })).summary).toContain(
    'the whole keyspace was not read at the end',
  );
});

test.each([
  { code: 14, message: 'etcdserver: rpc not supported for learner' },
  { code: 14, message: 'etcdserver: no leader' },
  { code: 11, message: 'etcdserver: mvcc: required revision is a future revision' },
])('a member that answers "$message" is asked once, and another one instead', async (error) => {
  const { perform, memory } = await beginning();
  await perform(put('elsewhere/a', 'a1'));
  await perform(put('elsewhere/a', 'a2'));
  const { outcome } = memory.operations[1] ?? {};
  if (outcome?.status !== 'ok') throw new Error('not acknowledged');
  const { revision } = outcome.result;
  const asked: CallOptions[] = [];
  const refusing: EtcdClient = {
    ...client,
    target: { ...client.target, member: 'm2' },
    perform: async (_request, options) => {
      asked.push(options);
      return { status: 'failed', error };
    },
  };
  const options = { nowMs, sink: memory, withinMs: 5000 };
  expect(await askLeftovers([refusing, client], [revision], options)).toEqual({
    revisions: 1,
    unanswered: 0,
  });
  expect(asked).toMatchObject([{ requireLeader: true }]);
});
