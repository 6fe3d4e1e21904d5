import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHistoryWriter } from '../../src/history/writer.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { readRun } from '../../src/journal/read.ts';
import type { RecordedRun } from '../../src/journal/recorded-run.ts';
import { openJournal } from '../../src/journal/write.ts';
import { renderReport } from '../../src/report/render.ts';
import { inMemoryHistory, partitionRun } from '../fixtures/recorded-run.ts';
import { violatedVerdict } from '../fixtures/verdicts.ts';

const runStarted = partitionRun().events.slice(0, 1);

describe('renderReport', () => {
  test('gives the same bytes in every time zone and locale', () => {
    const program = `
      import { renderReport } from './src/report/render.ts';
      import { partitionRun } from './test/fixtures/recorded-run.ts';
      process.stdout.write(renderReport(partitionRun()));`;
    const drawnIn = (TZ: string, LC_ALL: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        env: { ...process.env, TZ, LC_ALL },
        encoding: 'utf8',
      });
    const inKiritimati = drawnIn('Pacific/Kiritimati', 'de_DE.UTF-8');
    expect(inKiritimati).toContain('2026-01-14 09:30:00 UTC');
    expect(drawnIn('America/Anchorage', 'C')).toBe(inKiritimati);
  });

  test('draws a saved run as it drew the live one, whatever order the fields were written in', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drill-render-'));
    const run = partitionRun({ operationsPerSecond: 50, verdicts: [violatedVerdict] });
    const live = { ...run, events: run.events.map(turnedRound) };
    using journal = openJournal(join(folder, 'journal.jsonl'));
    for (const event of live.events) journal.write(event);
    const history = openHistoryWriter(join(folder, 'history.bin'));
    for (const operation of live.history.operations()) history.operation(operation);
    await history.close();
    expect(renderReport(await readRun(folder)) === renderReport(live)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test('marks on the timeline when a violation was noticed, and links its proof', () => {
    const noticed = { t: 12_300, text: 'stale read noticed' };
    const violation = { message: 'stale-read: …', operations: [3], moments: [noticed] };
    const verdict = { ...violatedVerdict, violations: [violation] };
    const marked = renderReport(partitionRun({ operationsPerSecond: 50, verdicts: [verdict] }));
    expect(marked).toContain('<line class="violation-noticed"');
    expect(marked).toMatch(/a violation was noticed\s+\(<a href="#proof-1-1">12\.300 s<\/a>\)/);
    const sound = renderReport(partitionRun({ operationsPerSecond: 50 }));
    expect(sound).not.toContain('<line class="violation-noticed"');
    expect(sound).not.toContain('a violation was noticed');
  });

  test('stays under 1 MB with 20,000 operations at 7 members', () => {
    const large = partitionRun({ members: 7, operationsPerSecond: 1000 });
    expect(large.history.operationCount).toBeGreaterThan(20_000);
    expect(Buffer.byteLength(renderReport(large))).toBeLessThan(1_000_000);
  });

  test('stays under 1 MB after hours, and says how much of logs and journal it cut', () => {
    const run = partitionRun({ holdMs: 1_800_000, operationsPerSecond: 12 });
    const logs = Array.from({ length: 5000 }, (_, index) => ({
      type: 'log' as const,
      t: 7000 + index,
      member: 'm1',
      level: 'warn' as const,
      message: `line ${index} ${'x'.repeat(2000)}`,
    }));
    const report = renderReport({ ...run, events: [...run.events, ...logs] });
    expect(Buffer.byteLength(report)).toBeLessThan(1_000_000);
    expect(report).toMatch(
      /[\d,]+ lines were cut here; the run’s\s+<code>logs<\/code>\s+have them all/,
    );
    expect(report).toMatch(/[\d,]+ lines were cut here\.<\/td>/);
    expect(report).toContain('characters cut)');
  });

  test.each<[string, RecordedRun, string]>([
    [
      'a run that died at its first event',
      { events: runStarted, history: inMemoryHistory([]) },
      'Died',
    ],
    [
      'a run of one member',
      partitionRun({ members: 1, steadyMs: 1000, holdMs: 500, recoverMs: 100 }),
      'Held',
    ],
    ['a run of nine members', partitionRun({ members: 9, operationsPerSecond: 90 }), 'Held'],
    ['a violated run', partitionRun({ verdicts: [violatedVerdict] }), 'Violated'],
  ])('draws %s', (_, run, word) => {
    const report = renderReport(run);
    expect(report).toContain(`<title>${word}: partition</title>`);
    expect(
      /.{0,60}(NaN|Infinity|undefined|\[object).{0,60}/.exec(withoutScript(report))?.[0],
    ).toBeUndefined();
  });

  test('lets the browser load nothing and run nothing but its own', () => {
    expect(renderReport(partitionRun())).toMatch(
      /content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]+&#39;; script-src &#39;sha256-[\w+/=]+&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"/,
    );
  });
});

function withoutScript(report: string): string {
  return report.slice(0, report.indexOf('<script'));
}

function turnedRound(event: JournalEvent): JournalEvent {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same fields in another order
  return Object.fromEntries(Object.entries(event).toReversed()) as JournalEvent;
}
