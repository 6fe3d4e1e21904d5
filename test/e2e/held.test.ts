import { mkdir, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf } from '../../src/journal/recorded-run.ts';
import { durable } from '../../src/assertions/durable.ts';
import type { Operation } from '../../src/history/operation.ts';
import { readHistory } from '../../src/history/read.ts';
import { openHistoryWriter } from '../../src/history/writer.ts';
import { readRun } from '../../src/journal/read.ts';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun, type Ended, type Run } from '../fixtures/drill.ts';

describe('`drill run partition`, as it is', () => {
  let run: Run;
  let ended: Ended;
  let leftOver: string[];

  beforeAll(async () => {
    run = await startRun(['partition', '--seed', '7']);
    ended = await run.ended;
    leftOver = await onEngine(run.name);
  });
  afterAll(() => run[Symbol.asyncDispose]());

  test('ends 0, with every verdict held', () => {
    expect(ended, ended.stdout + ended.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    const { outcome, verdicts } = run.json();
    expect(outcome).toBe('held');
    const held = verdicts.filter(({ status }) => status === 'held');
    expect(held.map(({ assertion }) => assertion)).toEqual(
      expect.arrayContaining([
        'elects',
        'isolated-refuses',
        'serializable-answers',
        'recovers-within',
        'durable',
        'converges',
        'one-leader-per-term',
        'exercised',
      ]),
    );
    const rest = verdicts.filter(({ status }) => status !== 'held');
    expect(rest.every(({ status }) => status === 'not-exercised')).toBe(true);
  });

  test('records a journal that tells the whole story', async () => {
    const recorded = await readRun(run.folder);
    const { events } = recorded;
    expect(events[0]).toMatchObject({ type: 'run.started', run: run.name, drill: 'partition' });
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', outcome: 'held', exitCode: 0 });
    const [injecting] = eventsOf(recorded, 'fault.injecting');
    const title = injecting?.title ?? '';
    const stages = events.filter(({ type }) => /^(step|fault|load)\./.test(type));
    expect(stages.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type)))
      .toEqual([
        'load.started',
        'step.started prove the steady state',
        'step.ended prove the steady state',
        `step.started ${title}`,
        'fault.injecting',
        'fault.injected',
        'fault.proved',
        'fault.healing',
        'fault.healed',
        `step.ended ${title}`,
        'step.started recover',
        'step.ended recover',
        'step.started look at the end',
        'load.ended',
        'step.ended look at the end',
      ]); // prettier-ignore
    expect(eventsOf(recorded, 'elected').length).toBeGreaterThanOrEqual(2);
    const warnings = eventsOf(recorded, 'warning').map(({ message }) => message);
    // What a slow machine costs: time for the steady state, and warnings of etcd's own.
    const usual = /not in a steady state yet|more warnings than the journal holds/;
    expect(warnings.filter((each) => !usual.test(each))).toEqual([]);
    for (const { name } of run.json().members)
      expect(eventsOf(recorded, 'metrics').filter(({ member }) => member === name).length).toBeGreaterThan(10); // prettier-ignore
  });

  test('holds the cut for 10 s, proven at both ends and in both directions', async () => {
    const recorded = await readRun(run.folder);
    const [injected] = eventsOf(recorded, 'fault.injected');
    const [proved] = eventsOf(recorded, 'fault.proved');
    const [healing] = eventsOf(recorded, 'fault.healing');
    expect((healing?.t ?? 0) - (injected?.t ?? 0)).toBeGreaterThanOrEqual(10_000);
    const [injecting] = eventsOf(recorded, 'fault.injecting');
    expect(injecting?.cut?.links).toHaveLength(4);
    expect(proved?.evidence).toHaveLength(4);
    for (const line of proved?.evidence ?? []) {
      expect(line).toMatch(
        /^(m\d) → (m\d): [1-9]\d* packets dropped at \2, connection to \2:2380 failed \(it succeeded before the cut\)$/,
      );
    }
  });

  test('leaves nothing on the engine', () => {
    expect(leftOver).toEqual([]);
  });

  test('`drill report` draws the same again, byte for byte', async () => {
    const files = ['report.html', 'run.json', 'junit.xml'] as const;
    const before = files.map((file) => run.read(file));
    expect(before.every((text) => text.length > 0)).toBe(true);
    const { exitCode } = await drill(['report', run.folder]);
    expect(exitCode).toBe(0);
    expect(files.map((file) => run.read(file) === before[files.indexOf(file)])).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('prints the command that reproduces it', () => {
    const { command, seed } = run.json();
    expect(seed).toBe(7);
    expect(command).toMatch(/ run partition --members 3 --etcd \S+ --seed 7$/);
    expect(ended.stdout).toContain(command);
  });

  test('with one acknowledged write taken out of its record is violated', async () => {
    const altered = join(run.folder, 'altered');
    await mkdir(altered);
    await copyFile(join(run.folder, 'journal.jsonl'), join(altered, 'journal.jsonl'));
    const lost = await loseOneWrite(join(run.folder, 'history.bin'), join(altered, 'history.bin'));
    const verdict = durable().judge(await readRun(altered));
    expect(verdict).toMatchObject({ status: 'violated', counts: { lost: 1 } });
    expect(JSON.stringify(verdict)).toContain(`\\"${lost}\\"`);
  });
});

/**
 * Copies a history as if one acknowledged put had been lost: no watcher saw it, no read finds it.
 * Returns its key.
 */
async function loseOneWrite(from: string, to: string): Promise<string> {
  const history = readHistory(from);
  const operations = [...history.operations()];
  const { key, value, revision } = putInTheMiddle(operations);
  const writer = openHistoryWriter(to);
  for (const operation of operations) writer.operation(withoutValue(operation, value));
  for (const record of history.watchRecords()) {
    const events = record.events.filter((event) => eventRevision(event) !== revision);
    if (events.length > 0 || record.events.length === 0) writer.watch({ ...record, events });
  }
  await writer.close();
  return key;
}

type WatchEvent = Parameters<ReturnType<typeof openHistoryWriter>['watch']>[0]['events'][number];
const eventRevision = (event: WatchEvent): number =>
  event.type === 'put' ? event.kv.modRevision : event.modRevision;

function putInTheMiddle(operations: readonly Operation[]) {
  const puts = operations.filter(
    ({ request, outcome }) => request.kind === 'put' && outcome.status === 'ok',
  );
  const found = puts[Math.floor(puts.length / 2)];
  if (found?.request.kind !== 'put' || found.outcome.status !== 'ok')
    throw new Error('the run acknowledged no put');
  return { ...found.request, revision: found.outcome.result.revision };
}

/** A read that found the value finds nothing under its key. */
function withoutValue(operation: Operation, value: string): Operation {
  const { outcome } = operation;
  if (outcome.status !== 'ok' || outcome.result.kind !== 'range') return operation;
  const kvs = outcome.result.kvs.filter((kv) => kv.value !== value);
  const missing = outcome.result.kvs.length - kvs.length;
  const result = { ...outcome.result, kvs, count: outcome.result.count - missing };
  return { ...operation, outcome: { status: 'ok', result } };
}
