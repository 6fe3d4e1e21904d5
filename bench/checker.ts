import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { parseJepsenKv } from '../src/checker/foreign/jepsen-kv.ts';
import { parseJepsenRegister } from '../src/checker/foreign/jepsen-register.ts';
import type { Figure } from './checker/one.ts';
import { buildPorcupine, type AnyHistory, type Porcupine } from './checker/porcupine.ts';
import { registerHistory } from './checker/register-history.ts';

/**
 * What judging costs, in CPU milliseconds, beside Porcupine where Go is on the machine:
 * `npm run bench:checker`. Recorded histories are read from `$DRILL_HISTORIES`, where it is.
 */
const folder = resolve(
  process.env['DRILL_HISTORIES'] ?? join(import.meta.dirname, '../../shared/histories'),
);
const porcupineSeconds = 10;

await using porcupine = await buildPorcupine();
if (porcupine === undefined) write('Go is not on this machine: without Porcupine.');
write('history                     A cold   A warm   B cold   B warm  Porcupine');
if (existsSync(folder)) await recorded(porcupine);
for (const operations of [10_000, 100_000, 1_000_000]) await simulated(operations, porcupine);

async function recorded(beside: Porcupine | undefined): Promise<void> {
  const lines = readFileSync(join(folder, 'verdicts.txt'), 'utf8').trim().split('\n');
  const names = lines.map((line) => line.split(' ')[0] ?? '');
  const logs = names.filter((name) => name.startsWith('jepsen-register/'));
  const groups = [logs, ...names.filter((name) => name.startsWith('kv/c50')).map((name) => [name])];
  for (const group of groups) {
    const figure = await measure('files', folder, ...group);
    const verdicts = await beside?.judge(group.map(parse), porcupineSeconds);
    const title = group.length === 1 ? (group[0] ?? '') : `${group.length} Jepsen logs`;
    row(
      title,
      undefined,
      figure,
      verdicts?.map(({ cpuMs }) => cpuMs),
    );
  }
}

async function simulated(operations: number, beside: Porcupine | undefined): Promise<void> {
  const revisions = await measure('revisions', String(operations));
  const search = await measure('search', String(operations));
  const small = operations <= 10_000;
  const verdicts = small
    ? await beside?.judge([registerHistory(operations)], porcupineSeconds)
    : [];
  const title = `${operations.toLocaleString('en')} ops, 100 clients`;
  row(
    title,
    revisions,
    search,
    verdicts?.map(({ cpuMs }) => cpuMs),
    verdicts?.[0]?.verdict,
  );
  write(`  ${revisions.bytesPerOperation?.toFixed(0)} bytes an operation in columns`);
}

function parse(name: string): AnyHistory {
  const text = readFileSync(join(folder, name), 'utf8');
  return name.startsWith('kv/') ? parseJepsenKv(text) : parseJepsenRegister(text);
}

/** In a process of its own, so that cold is cold. */
async function measure(...parameters: string[]): Promise<Figure> {
  const script = join(import.meta.dirname, 'checker/one.ts');
  const { stdout } = await execa(process.execPath, [script, ...parameters]);
  return JSON.parse(stdout) as Figure;
}

function row(
  title: string,
  a: Figure | undefined,
  b: Figure,
  others: readonly number[] | undefined,
  verdict = '',
): void {
  const other = others?.reduce((sum, each) => sum + each, 0);
  const ratio =
    other === undefined || other === 0 || verdict === 'Unknown'
      ? ''
      : ` (${(other / b.warmMs).toFixed(1)}×)`;
  const cells = [a?.coldMs, a?.warmMs, b.coldMs, b.warmMs].map(cell).join('');
  const unknown = verdict === 'Unknown' ? ` unknown at ${porcupineSeconds} s` : '';
  write(`${title.padEnd(25)}${cells}${cell(other === 0 ? undefined : other)}${ratio}${unknown}`);
}

function cell(value: number | undefined): string {
  return (value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0)).padStart(9);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
