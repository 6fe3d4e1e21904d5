import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openHistoryWriter } from '../../src/history/writer.ts';
import { readJournal, readRun } from '../../src/journal/read.ts';
import { upAt } from '../../src/assertions/evidence/quorum-spans.ts';
import { eventsOf } from '../../src/journal/recorded-run.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = partitionRun({ operationsPerSecond: 50 });
const lines = run.events.map((event) => JSON.stringify(event));

describe('readJournal', () => {
  test('leaves out a last line that was cut off, and says so', async () => {
    writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 17)}`);
    const events = await readJournal(path);
    expect(events.slice(0, 3)).toEqual(run.events.slice(0, 3));
    expect(events.slice(3)).toEqual([
      {
        type: 'warning',
        t: run.events[2]?.t,
        message:
          "The journal's last line was cut off after 17 bytes and is left out: the run died while writing it.",
      },
    ]);
  });

  test('takes a last line without its line break for whole', async () => {
    writeFileSync(path, lines.slice(0, 3).join('\n'));
    expect(await readJournal(path)).toEqual(run.events.slice(0, 3));
  });

  test('refuses a damaged line anywhere else', async () => {
    writeFileSync(path, `${lines[0]}\n{"type":"warn\n${lines[1]}\n`);
    await expect(readJournal(path)).rejects.toThrow(
      /^Line 2 of the journal .* is not an event of schema 1: [\s\S]*The file was changed or damaged after the run\.$/,
    );
  });

  test('refuses an event that it does not know', async () => {
    writeFileSync(path, `${lines[0]}\n{"type":"party","t":1}\n`);
    await expect(readJournal(path)).rejects.toThrow(`Line 2 of the journal ${path}`);
  });

  test('refuses a journal of another schema before it reads on', async () => {
    const other = JSON.stringify({ ...run.events[0], schema: 2, extra: true });
    writeFileSync(path, `${other}\n{"type":"party","t":1}\n`);
    await expect(readJournal(path)).rejects.toThrow(
      `The journal ${path} has schema 2; this drill reads schema 1. Read it with the version of drill that wrote it (\`versions.drill\` in its first line).`,
    );
  });

  test.each([
    ['empty', ''],
    ['no journal', 'hello\n'],
    ['without its beginning', `${lines[1]}\n`],
  ])('refuses a file that is %s', async (_, text) => {
    writeFileSync(path, text);
    await expect(readJournal(path)).rejects.toThrow(
      `The journal ${path} does not begin with \`run.started\`: it is no journal of drill's, or the run died before its first event.`,
    );
  });

  test('says what to name when there is no journal', async () => {
    await expect(readJournal(path)).rejects.toThrow(
      `Could not read the journal ${path}: ENOENT: no such file or directory, open '${path}'. Name a run's folder, as printed at its end.`,
    );
  });
});

describe('readRun', () => {
  test('reads journal and history of a folder', async () => {
    writeFileSync(path, `${lines.join('\n')}\n`);
    const writer = openHistoryWriter(join(folder, 'history.bin'));
    for (const operation of run.history.operations()) writer.operation(operation);
    await writer.close();
    const read = await readRun(folder);
    expect(read.events).toEqual(run.events);
    expect([...read.history.operations()]).toEqual([...run.history.operations()]);
  });

  test('has what was told late at the time it happened', async () => {
    const before = { type: 'member.state', t: 1, member: 'm1', state: 'running' };
    const other = { type: 'member.state', t: 900, member: 'm2', state: 'killed' };
    // Its log was read for why, and meanwhile another was killed.
    const late = { type: 'member.state', t: 200, member: 'm1', state: 'exited', detail: 'panic' };
    const written = [run.events[0], before, other, late].map((event) => JSON.stringify(event));
    writeFileSync(path, `${written.join('\n')}\n`);
    const read = await readRun(folder);
    expect(eventsOf(read, 'member.state').map(({ t }) => t)).toEqual([1, 200, 900]);
    expect(upAt(read, 500)).toEqual(new Set());
  });

  test('reads a run that died before its load, and says that it has no history', async () => {
    writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n`);
    const { events, history } = await readRun(folder);
    expect(history.operationCount).toBe(0);
    expect(events.at(-1)).toMatchObject({
      type: 'warning',
      message: 'history.bin is missing: the run recorded no operations.',
    });
  });
});
