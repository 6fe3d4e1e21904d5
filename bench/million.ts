/**
 * The figure: a run of a million operations by 100 clients, watched at three members, is recorded by
 * the real writer and judged by every general assertion, the checker in its thread, within 2 GB:
 * `npm run bench:million`. The operations are simulated; everything from the writer on is real.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Operation } from '../src/history/operation.ts';
import { openHistoryWriter } from '../src/history/writer.ts';
import { journalSchema } from '../src/journal/events.ts';
import { openJournal } from '../src/journal/write.ts';
import { judgeSaved } from '../src/runner/judge-saved.ts';
import { simulate } from './checker/simulate.ts';
import { table } from './lib/table.ts';
import { created, watched } from './lib/watched.ts';

const limitMegabytes = 2048;
const members = ['m0', 'm1', 'm2'];
const operations = Number(process.argv[2] ?? 1_000_000);
/** The writer never waits, and a simulation outruns any disk: it waits itself, after so many. */
const operationsPerTurn = 20_000;
const pollMs = 50;

const folder = await mkdtemp(join(tmpdir(), 'drill-million-'));
try {
  const recordedMs = await timed(() => record(folder));
  const recordingMegabytes = peakMegabytes();
  const { size } = await stat(join(folder, 'history.bin'));
  let verdicts: Awaited<ReturnType<typeof judgeSaved>>['verdicts'] = [];
  const judgedMs = await timed(async () => {
    ({ verdicts } = await judgeSaved(folder, (doing, elapsedMs) => {
      process.stderr.write(`\r${doing}, ${Math.round(elapsedMs / 1000)} s`);
    }));
  });
  process.stderr.write('\n');
  const wrong = verdicts.filter(({ status }) => status === 'violated');
  const linearizable = verdicts.find(({ assertion }) => assertion === 'kv.linearizable');
  const durable = verdicts.find(({ assertion }) => assertion === 'durable');
  console.log(
    table([
      ['', 'recorded', 'judged'],
      ['seconds', seconds(recordedMs), seconds(judgedMs)],
      [
        'peak memory of the process so far, MB',
        String(recordingMegabytes),
        String(peakMegabytes()),
      ],
      ['history on disk, MB', String(Math.round(size / 2 ** 20)), ''],
    ]),
  );
  console.log(`kv.linearizable ${linearizable?.status}: ${linearizable?.summary}`);
  console.log(`durable ${durable?.status}: ${durable?.summary}`);
  for (const { assertion, summary } of wrong) console.log(`${assertion} violated: ${summary}`);
  const held = linearizable?.status === 'held' && durable?.status === 'held' && wrong.length === 0;
  process.exitCode = held && peakMegabytes() <= limitMegabytes ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

async function record(into: string): Promise<void> {
  using journal = openJournal(join(into, 'journal.jsonl'));
  journal.write({
    type: 'run.started',
    t: 0,
    schema: journalSchema,
    run: 'million',
    drill: 'million',
    summary: 'A million operations.',
    startedAt: new Date().toISOString(),
    command: 'npm run bench:million',
    seed: 1,
    parameters: {},
    spec: {},
    versions: { drill: '0', etcd: 'simulated', etcdSource: '', engine: '', kernel: '' },
    assertions: [],
    notices: [],
  });
  const writer = openHistoryWriter(join(into, 'history.bin'));
  const watchers = watched(members);
  for (const begun of created(members)) writer.watch(begun);
  let lastMs = 0;
  let count = 0;
  const simulation = { operations, clients: 100, keys: 1000, seed: 1, mix: 'all' } as const;
  for (const operation of simulate(simulation)) {
    writer.operation(operation);
    for (const sent of watchers.add(operation)) writer.watch(sent);
    lastMs = operation.returnedMs;
    count += 1;
    if (count % operationsPerTurn === 0) await untilWritten(join(into, 'history.bin'));
  }
  writer.operation(finalRead(lastMs, watchers));
  await writer.close();
}

/** Until the file has stopped growing. */
async function untilWritten(path: string): Promise<void> {
  for (let before = -1, size = 0; size !== before;) {
    before = size;
    await pause(pollMs);
    ({ size } = await stat(path));
  }
}

function finalRead(lastMs: number, { state, revision }: ReturnType<typeof watched>): Operation {
  const kvs = state();
  return {
    client: 1_000_000,
    member: 'm0',
    invokedMs: lastMs + 1,
    returnedMs: lastMs + 2,
    request: { kind: 'range', key: '\0', end: '\0' },
    outcome: {
      status: 'ok',
      result: { kind: 'range', revision: revision(), kvs, count: kvs.length },
    },
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(1);
}

/** The checker's thread is part of the process. */
function peakMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
