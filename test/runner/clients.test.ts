import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { converges } from '../../src/assertions/converges.ts';
import { durable } from '../../src/assertions/durable.ts';
import { membersAt, votersAt } from '../../src/assertions/evidence/cluster.ts';
import { readHistory } from '../../src/history/read.ts';
import { loadSpec } from '../../src/load/spec.ts';
import { startClients } from '../../src/runner/clients.ts';
import { openRecorder } from '../../src/runner/recorder.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';
import { type Pods, startPods } from '../fixtures/pods.ts';
import { runOf } from '../fixtures/run-builder.ts';
import { until } from '../fixtures/until.ts';

let pods: Pods;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drill-clients-'));
  pods = await startPods({}, { name: 'clients' });
}, 120_000);
afterAll(async () => {
  await pods?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

test('clients, watchers and the last look go along with members that come and go', async () => {
  const { cluster } = pods;
  const { history, nowMs, ...recorder } = openRecorder(
    folder,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  const undo = new UndoStack();
  const members: string[] = [];
  const spied = {
    ...history,
    operation: (operation: Parameters<typeof history.operation>[0]) => {
      members.push(operation.member);
      history.operation(operation);
    },
  };
  const spec = loadSpec({ clients: 8, leases: {}, watches: {}, compaction: {} });
  const clients = await startClients(
    cluster,
    spec,
    1,
    { ...recorder, history: spied, nowMs },
    undo,
  );
  const worksAt = async (name: string): Promise<void> => {
    const from = members.length;
    await until(`an operation at ${name}`, 10_000, () =>
      members.slice(from).includes(name) ? true : undefined,
    );
  };

  const learner = await cluster.add({ learner: true });
  expect(cluster.voters()).toHaveLength(3);
  expect(cluster.present()).toHaveLength(4);
  const { caughtUpMs } = await cluster.promote(learner);
  expect(caughtUpMs).toBeGreaterThan(0);
  await worksAt('m4');

  const leaver = cluster.member('m1');
  await cluster.remove(leaver);
  const from = members.length;
  for (const name of ['m2', 'm3', 'm4']) await worksAt(name);
  await clients.lookAtTheEnd(cluster);
  // What was under way when it left may still have ended after it.
  expect(members.slice(from).filter((name) => name === 'm1').length).toBeLessThan(8);
  expect(await undo.unwind(10_000)).toEqual([]);
  await history.close();

  const recorded = readHistory(join(folder, 'history.bin'));
  const events = [...recorder.events, ...pods.events.filter(({ type }) => type === 'membership')];
  const run = { ...runOf({ events }), history: recorded };
  expect(membersAt(run, Infinity)).toEqual(['m2', 'm3', 'm4']);
  expect(votersAt(run, Infinity)).toEqual(['m2', 'm3', 'm4']);
  expect(converges().judge(run)).toMatchObject({ status: 'held', counts: { members: 3 } });
  expect(durable().judge(run)).toMatchObject({ status: 'held' });
  // The attempts before its etcd answered were streams too.
  const watched = [...recorded.watchRecords()].find(({ stream }) => stream.startsWith('m4#'));
  expect(watched).toMatchObject({ kind: 'created', request: { startRevision: 1 } });
  expect(recorder.events.filter(({ type }) => type === 'warning')).toEqual([]);
}, 90_000);
