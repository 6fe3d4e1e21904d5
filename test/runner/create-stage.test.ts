import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHistory } from '../../src/history/read.ts';
import type { Member } from '../../src/cluster/member.ts';
import { createStage } from '../../src/runner/create-stage.ts';
import { openRecorder, type Recorder } from '../../src/runner/recorder.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';
import { scenario } from '../../src/scenario.ts';
import { type Pods, startPods } from '../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
let folder: string;
let recorder: Recorder;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drill-stage-'));
  recorder = openRecorder(
    folder,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  pods = await startPods({ members: 1 }, { name: 'stage' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(async () => {
  await pods?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

const counts = {
  operations: 9,
  ok: 8,
  failed: 1,
  neverSent: 0,
  unknown: 0,
  unknownWrites: 0,
  acknowledgedWrites: 4,
};

const image = { reference: 'sha256:1', version: '3.6.16', source: 'go:3.6.16' };

function stageWith(undo: UndoStack) {
  const cell = {
    drill: 'd',
    source: 'd',
    scenario: scenario({ summary: 's', assertions: [] }, () => Promise.resolve()),
    parameters: {},
    members: 1,
  };
  const signal = new AbortController().signal;
  const context = { cell, seed: 1, folder, cluster: pods.cluster, recorder, undo, signal };
  return createStage(
    { ...context, images: [image], steadyMs: 2000, operations: 0, onStep: () => undefined },
    {
      progress: () => counts,
      lookAtTheEnd: () => Promise.resolve(),
      beginEpoch: () => Promise.reject(new Error('not asked for here')),
    },
  );
}

test('what a timeline does to clients is recorded, and ends with the run', async () => {
  const undo = new UndoStack();
  const stage = stageWith(undo);
  expect(stage.load.counts()).toEqual(counts);

  const watch = stage.watch(m1, { key: 'a', prevKv: true });
  await watch.created();
  const { revision } = await stage.client(m1).must({ kind: 'put', key: 'a', value: '1' });
  await watch.reaches(revision, '5s');
  const kept = await stage.leases([m1], { count: 2, ttl: '3s' });
  const others = await stage.leases([m1], { count: 1, ttl: '3s' });
  stage.trigger(true, 'it was seen');
  await expect(watch.reaches(revision + 1000, '50ms')).rejects.toMatchObject({ code: 2 });

  expect(await undo.unwind(5000)).toEqual([]);
  const endedMs = stage.nowMs();
  await stage.client(m1).must({ kind: 'put', key: 'a', value: '2' });
  expect(kept.renewedSince(endedMs) + others.renewedSince(endedMs)).toBe(0);
  await recorder.history.close();

  const history = readHistory(join(folder, 'history.bin'));
  const records = [...history.watchRecords()];
  expect(records.map(({ kind }) => kind)).toEqual(['created', 'events']);
  expect(records[0]?.request).toEqual({ key: 'a', prevKv: true });
  const keys = [...history.operations()].flatMap(({ request }) =>
    request.kind === 'put' ? [request.key] : [],
  );
  expect(keys.toSorted()).toEqual([
    'a',
    'a',
    'drill/leases/1.0',
    'drill/leases/1.1',
    'drill/leases/2.0',
  ]);
  expect(recorder.events).toMatchObject([
    { type: 'observation', name: 'trigger', data: { proved: true, evidence: 'it was seen' } },
  ]);
}, 60_000);

test('a recovery and its phases are steps that say so, failed ones too', async () => {
  const stage = stageWith(new UndoStack());
  const since = recorder.events.length;
  const recovery = stage.recovery('restore', 5, async (phase) => {
    expect(await phase('stop', () => Promise.resolve('stopped'))).toBe('stopped');
    await phase('start', () => Promise.reject(new Error('no disk')));
  });
  await expect(recovery).rejects.toThrow('no disk');
  const failed = { type: 'step.ended', outcome: 'failed', error: 'no disk' };
  expect(recorder.events.slice(since)).toMatchObject([
    { type: 'step.started', step: 'restore', role: { kind: 'recovery', sinceMs: 5 } },
    { type: 'step.started', step: 'stop', role: { kind: 'phase' } },
    { type: 'step.ended', step: 'stop', outcome: 'done' },
    { type: 'step.started', step: 'start', role: { kind: 'phase' } },
    { ...failed, step: 'start' },
    { ...failed, step: 'restore' },
  ]);
});

test('only versions that the run was settled with can be changed to', () => {
  const stage = stageWith(new UndoStack());
  expect(stage.image('3.6.16')).toBe(image);
  expect(() => stage.image('3.7.3')).toThrow(
    "The run has no etcd 3.7.3, only 3.6.16: name it in the drill's `images`.",
  );
});

test('once the run ends nothing is begun that could outlive it', async () => {
  const undo = new UndoStack();
  const stage = stageWith(undo);
  await undo.unwind(1000);
  expect(() => stage.watch(m1, { key: 'a' })).toThrow(
    'The run is ending: did not start "close a watch at m1".',
  );
  await expect(stage.leases([m1], { count: 1, ttl: '3s' })).rejects.toThrow(
    'The run is ending: did not start "stop keeping leases alive".',
  );
});
