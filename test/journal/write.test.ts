import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/journal/read.ts';
import { openJournal } from '../../src/journal/write.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('openJournal', () => {
  test('writes a line per event that is on disk when write returns', () => {
    const path = join(folder, 'journal.jsonl');
    using journal = openJournal(path);
    journal.write({ type: 'warning', t: 1, message: 'line\nbreak' });
    expect(readFileSync(path, 'utf8')).toBe('{"type":"warning","t":1,"message":"line\\nbreak"}\n');
  });

  test('what is written is read back equal', async () => {
    const path = join(folder, 'journal.jsonl');
    const { events } = partitionRun();
    using journal = openJournal(path);
    for (const event of events) journal.write(event);
    expect(await readJournal(path)).toEqual(events);
  });

  test('a writer killed by SIGKILL leaves a readable journal', async () => {
    const path = join(folder, 'journal.jsonl');
    const program = `
      import { openJournal } from './src/journal/write.ts';
      import { partitionRun } from './test/fixtures/recorded-run.ts';
      const journal = openJournal(${JSON.stringify(path)});
      const [started] = partitionRun().events;
      journal.write(started);
      process.stdout.write('writing');
      for (let t = 1; ; t += 1) journal.write({ type: 'warning', t, message: 'x'.repeat(500) });`;
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    await once(writer.stdout, 'data');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const events = await readJournal(path);
    expect(events[0]?.type).toBe('run.started');
    expect(events.length).toBeGreaterThan(0);
  });

  test('refuses to overwrite an older journal', () => {
    const path = join(folder, 'journal.jsonl');
    openJournal(path)[Symbol.dispose]();
    expect(() => openJournal(path)).toThrow(
      `Could not create the journal ${path}: EEXIST: file already exists, open '${path}'. Choose a folder that is new and writable with \`--output\`.`,
    );
  });

  test('an event that could not be written is an error, and leaves the lines before it readable', async () => {
    const path = join(folder, 'journal.jsonl');
    const program = `
      import { openJournal } from './src/journal/write.ts';
      import { partitionRun } from './test/fixtures/recorded-run.ts';
      process.on('SIGXFSZ', () => {});
      const journal = openJournal(${JSON.stringify(path)});
      journal.write(partitionRun().events[0]);
      try {
        for (let t = 1; ; t += 1) journal.write({ type: 'warning', t, message: 'x'.repeat(5000) });
      } catch (error) {
        journal.write({ type: 'warning', t: 0, message: error.name + ': ' + error.message });
      }`;
    // A limit on the size of files fails in mid-line, as a full disk does.
    const node = `${process.execPath} --input-type=module --eval "$0"`;
    execFileSync('sh', ['-c', `ulimit -f 16; exec ${node}`, program]);
    const events = await readJournal(path);
    expect(events.at(-1)).toMatchObject({
      message: `DrillError: Could not write \`warning\` to the journal ${path}: EFBIG: file too large, write. Free space there or choose another folder with \`--output\`.`,
    });
  });
});
