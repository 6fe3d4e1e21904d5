import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '../../src/checker/budget.ts';
import { buildColumns } from '../../src/checker/columns/build-columns.ts';
import { parseJepsenKv } from '../../src/checker/foreign/jepsen-kv.ts';
import { parseJepsenRegister } from '../../src/checker/foreign/jepsen-register.ts';
import { judgeColumns } from '../../src/checker/judge-columns.ts';
import { prepareJudgement } from '../../src/checker/judgement.ts';
import { judgeByRevision } from '../../src/checker/revision/by-revision.ts';
import { findOrder } from '../../src/checker/search/judge-search.ts';
import { keyValue } from '../../src/checker/search/key-value.ts';
import { register } from '../../src/checker/search/register.ts';
import type { Figure } from './measure.ts';
import { registerHistory } from './register-history.ts';
import { simulate } from './simulate.ts';

/**
 * One figure, printed as a `Figure` in JSON. The history is made and the modules are loaded before;
 * of the judging nothing has run. Arguments: `revisions <operations>` (algorithm A),
 * `properties <operations>` (all of them), `search <operations>` (algorithm B), or
 * `files <folder> <files…>` (algorithm B). A wrong verdict is an error.
 */

const warmRounds = 15;
/** Where rounds take long, fewer do. */
const enoughMs = 10_000;
const now = () => performance.now();
const [what, ...rest] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await figureOf(what, rest)));

async function figureOf(kind: string | undefined, parameters: readonly string[]): Promise<Figure> {
  if (kind === 'files') return timed(judgesOfFiles(parameters[0] ?? '', parameters.slice(1)));
  const operations = Number(parameters[0]);
  if (kind === 'search') {
    const history = registerHistory(operations);
    return timed([
      { expected: 'legal', judge: () => findOrder(history, register, budget()).verdict.state },
    ]);
  }
  const shape = { operations, clients: 100, keys: 100, seed: 1, mix: 'all' } as const;
  const columns = buildColumns({ operations: simulate(shape), watchRecords: [] }, budget());
  const bytesPerOperation = (4 * columns.words.length + 36 * columns.count) / columns.count;
  const judge = () => {
    if (kind === 'properties') return judgeColumns(columns, budget())[0]!.state;
    const judgement = prepareJudgement(columns, budget());
    judgeByRevision(judgement);
    return judgement.findings['kv.linearizable'].total === 0 ? 'legal' : 'illegal';
  };
  return { ...(await timed([{ expected: 'legal', judge }])), bytesPerOperation };
}

interface Judging {
  readonly expected: string;
  readonly judge: () => string;
}

function judgesOfFiles(folder: string, names: readonly string[]): Judging[] {
  const verdicts = new Map(
    readFileSync(join(folder, 'verdicts.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/) as [string, string]),
  );
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const expected = verdicts.get(name) === 'linearizable' ? 'legal' : 'illegal';
    if (name.startsWith('kv/')) {
      const operations = parseJepsenKv(text);
      return { expected, judge: () => findOrder(operations, keyValue, budget()).verdict.state };
    }
    const operations = parseJepsenRegister(text);
    return { expected, judge: () => findOrder(operations, register, budget()).verdict.state };
  });
}

async function timed(judgings: readonly Judging[]): Promise<Figure> {
  await idle();
  const coldMs = round(judgings);
  let warmMs = Infinity;
  const startedMs = now();
  for (let done = 0; done < warmRounds && (done < 2 || now() - startedMs < enoughMs); done += 1) {
    warmMs = Math.min(warmMs, round(judgings));
  }
  return { coldMs, warmMs };
}

function round(judgings: readonly Judging[]): number {
  const before = process.cpuUsage();
  const states = judgings.map(({ judge }) => judge());
  const { user, system } = process.cpuUsage(before);
  for (const [index, { expected }] of judgings.entries()) {
    if (states[index] !== expected) throw new Error(`judged ${states[index]}, not ${expected}`);
  }
  return (user + system) / 1000;
}

/** Until the engine is done with compiling what made the history: that is not the judging's. */
async function idle(): Promise<void> {
  for (let busyMs = Infinity, waits = 0; busyMs > 2 && waits < 50; waits += 1) {
    const before = process.cpuUsage();
    await sleep(100);
    const { user, system } = process.cpuUsage(before);
    busyMs = (user + system) / 1000;
  }
}

function budget(): Budget {
  return { now, deadlineMs: now() + 120_000, memoryBytes: 2 ** 31 };
}
