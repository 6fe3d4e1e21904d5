import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseJepsenKv } from '../src/checker/foreign/jepsen-kv.ts';
import { parseJepsenRegister } from '../src/checker/foreign/jepsen-register.ts';
import { measure, type Figure } from './checker/measure.ts';
import {
  buildPorcupine,
  type AnyHistory,
  type Porcupine,
  type PorcupineVerdict,
} from './checker/porcupine.ts';
import { registerHistory } from './checker/register-history.ts';
import {
  bytesPerOperation,
  jepsenTarget,
  keyValueTargets,
  machineRatio,
  simulatedTargets,
  type Target,
} from './checker/targets.ts';

/**
 * What judging costs in CPU milliseconds, threads that compile it included, beside its target and
 * beside Porcupine where Go is on the machine: `npm run bench:checker`. Recorded histories are read
 * from `$DRILL_HISTORIES`, where it is.
 */
const folder = resolve(
  process.env['DRILL_HISTORIES'] ?? join(import.meta.dirname, '../../shared/histories'),
);
const porcupineSeconds = 10;

await using porcupine = await buildPorcupine();
if (porcupine === undefined) write('Go is not on this machine: without Porcupine.');
row('history', 'figure', 'CPU ms', 'target', '', 'Porcupine');
if (existsSync(folder)) await recorded(porcupine);
for (const { operations, a, b } of simulatedTargets) await simulated(operations, a, b, porcupine);

async function recorded(beside: Porcupine | undefined): Promise<void> {
  const lines = readFileSync(join(folder, 'verdicts.txt'), 'utf8').trim().split('\n');
  const names = lines.map((line) => line.split(' ')[0] ?? '');
  const logs = names.filter((name) => name.startsWith('jepsen-register/'));
  const cpuMs = await files(`${logs.length} Jepsen logs`, logs, jepsenTarget(logs.length), beside);
  if (cpuMs !== undefined) {
    const [least, most] = machineRatio(cpuMs, logs.length).map((ratio) => ratio.toFixed(2));
    write(
      `  Porcupine takes ${least} to ${most} times what it took where the targets were measured`,
    );
  }
  for (const [name, target] of Object.entries(keyValueTargets)) {
    if (names.includes(name)) await files(name, [name], target, beside);
  }
}

/** Returns what Porcupine took for all of them together. */
async function files(
  title: string,
  names: readonly string[],
  target: Target,
  beside: Porcupine | undefined,
): Promise<number | undefined> {
  const figure = await measure('files', folder, ...names);
  const verdicts = await beside?.judge(names.map(parse), porcupineSeconds);
  rows(title, 'B', figure, target, verdicts);
  return verdicts?.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

async function simulated(
  operations: number,
  a: Target,
  b: Target,
  beside: Porcupine | undefined,
): Promise<void> {
  const title = `${operations.toLocaleString('en')} operations`;
  const size = String(operations);
  const byRevision = await measure('revisions', size);
  rows(title, 'A', byRevision, a);
  rows(title, 'all properties', await measure('properties', size));
  const small = operations <= 10_000;
  const verdicts = small
    ? await beside?.judge([registerHistory(operations)], porcupineSeconds)
    : undefined;
  rows(title, 'B', await measure('search', size), b, verdicts);
  const bytes = byRevision.bytesPerOperation ?? 0;
  const told = judged(bytes, bytesPerOperation);
  row(title, 'bytes each', bytes.toFixed(0), String(bytesPerOperation), told);
}

function parse(name: string): AnyHistory {
  const text = readFileSync(join(folder, name), 'utf8');
  return name.startsWith('kv/') ? parseJepsenKv(text) : parseJepsenRegister(text);
}

function rows(
  title: string,
  what: string,
  { coldMs, warmMs }: Figure,
  target?: Target,
  verdicts?: readonly PorcupineVerdict[],
): void {
  for (const [state, ms] of Object.entries({ cold: coldMs, warm: warmMs })) {
    const aim = state === 'cold' ? target?.coldMs : target?.warmMs;
    const other = state === 'warm' && verdicts !== undefined ? tellPorcupine(verdicts, ms) : '';
    row(title, `${what}, ${state}`, cell(ms), cell(aim), judged(ms, aim), other);
  }
}

function tellPorcupine(verdicts: readonly PorcupineVerdict[], ms: number): string {
  if (verdicts.some(({ verdict }) => verdict === 'Unknown')) {
    return `unknown at ${porcupineSeconds} s`;
  }
  const cpuMs = verdicts.reduce((sum, each) => sum + each.cpuMs, 0);
  return `${cell(cpuMs)} (${(cpuMs / ms).toFixed(1)}×)`;
}

function judged(value: number, target: number | undefined): string {
  if (target === undefined) return '';
  if (value <= target) return 'reached';
  return `missed by ${Math.ceil((value / target - 1) * 100)}%`;
}

function cell(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0);
}

function row(
  title: string,
  figure: string,
  value: string,
  target: string,
  told: string,
  other = '',
): void {
  const figures = `${value.padStart(7)}${target.padStart(8)}  ${told.padEnd(14)}`;
  write(`${title.padEnd(22)}${figure.padEnd(22)}${figures}${other}`.trimEnd());
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
