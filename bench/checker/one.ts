import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Budget } from '../../src/checker/budget.ts';
import { buildColumns } from '../../src/checker/columns/build-columns.ts';
import { parseJepsenKv } from '../../src/checker/foreign/jepsen-kv.ts';
import { parseJepsenRegister } from '../../src/checker/foreign/jepsen-register.ts';
import { judgeColumns } from '../../src/checker/judge-columns.ts';
import { findOrder } from '../../src/checker/search/judge-search.ts';
import { keyValue } from '../../src/checker/search/key-value.ts';
import { register } from '../../src/checker/search/register.ts';
import { registerHistory } from './register-history.ts';
import { simulate } from './simulate.ts';

/**
 * One figure, in a process of its own so that the first round is cold. Prints a `Figure` as JSON.
 * Arguments: `revisions <operations>`, `search <operations>` or `files <folder> <files…>`.
 */
export interface Figure {
  /** CPU milliseconds of the first round and of the best later one. */
  readonly coldMs: number;
  readonly warmMs: number;
  readonly states: readonly string[];
  readonly bytesPerOperation?: number;
}

const now = () => performance.now();
const [what, ...rest] = process.argv.slice(2);
process.stdout.write(JSON.stringify(figureOf(what, rest)));

function figureOf(kind: string | undefined, parameters: readonly string[]): Figure {
  if (kind === 'revisions') return revisions(Number(parameters[0]));
  if (kind === 'search') return search(Number(parameters[0]));
  return files(parameters[0] ?? '', parameters.slice(1));
}

function revisions(operations: number): Figure {
  const shape = { operations, clients: 100, keys: 100, seed: 1, mix: 'all' } as const;
  const columns = buildColumns({ operations: simulate(shape), watchRecords: [] }, budget());
  const bytesPerOperation = (4 * columns.words.length + 36 * columns.count) / columns.count;
  const figure = timed(() => {
    const results = judgeColumns(columns, budget());
    return results
      .filter(({ property }) => property === 'kv.linearizable')
      .map(({ state }) => state);
  });
  return { ...figure, bytesPerOperation };
}

function search(operations: number): Figure {
  const history = registerHistory(operations);
  return timed(() => [findOrder(history, register, budget()).verdict.state]);
}

function files(folder: string, names: readonly string[]): Figure {
  const histories = names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    if (name.startsWith('kv/')) {
      const operations = parseJepsenKv(text);
      return () => findOrder(operations, keyValue, budget()).verdict.state;
    }
    const operations = parseJepsenRegister(text);
    return () => findOrder(operations, register, budget()).verdict.state;
  });
  return timed(() => histories.map((judge) => judge()));
}

function timed(judge: () => string[]): Figure {
  const rounds: number[] = [];
  let states: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const before = process.cpuUsage();
    states = judge();
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / 1000);
  }
  const [coldMs = 0, ...later] = rounds;
  return { coldMs, warmMs: Math.min(...later), states };
}

function budget(): Budget {
  return { now, deadlineMs: now() + 120_000, memoryBytes: 2 ** 31 };
}
