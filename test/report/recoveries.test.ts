import { describe, expect, test } from 'vitest';
import type { RecordedRun } from '../../src/journal/recorded-run.ts';
import { reportModel } from '../../src/report/model.ts';
import { renderReport } from '../../src/report/render.ts';
import { runJsonOf } from '../../src/reporters/run-json.ts';
import { closing } from '../../src/reporters/terminal/closing.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { recoveryEvents } from '../fixtures/recovery-events.ts';

const restore = (title: string, failure?: { readonly error: string; readonly exitCode: number }) =>
  recoveryEvents(
    title,
    7000,
    [
      ['stop', 7200, 7300],
      ['restore', 7300, 8100],
      ['elect', 8100, 9300],
      ['first write', 9300, 9310],
    ],
    failure,
  );

function withEvents(...added: readonly ReturnType<typeof recoveryEvents>[]): RecordedRun {
  const run = partitionRun();
  const events = [...run.events, ...added.flat()].toSorted((a, b) => a.t - b.t);
  return { ...run, events };
}
const plain = (_style: unknown, text: string): string => text;

describe('a measured recovery', () => {
  const run = withEvents(restore('restore the backup'));

  test('stands in the headline, with where most of its time went', () => {
    expect(reportModel(run).headline).toContain(
      'full service was back after 2.31 s (elect 1.20 s, restore 800 ms, stop 100 ms)',
    );
  });

  test('stands at the end of the screen, phase by phase', () => {
    expect(closing(reportModel(run), undefined, plain, undefined)).toContain(
      'RTO by phase                   2.31 s to restore the backup: until it began 200 ms, stop 100 ms, restore 800 ms, elect 1.20 s, first write 10 ms',
    );
  });

  test('stands in `run.json`', () => {
    expect(runJsonOf(reportModel(run)).recoveries).toMatchObject([
      {
        title: 'restore the backup',
        sinceMs: 7000,
        startMs: 7200,
        endMs: 9310,
        outcome: 'done',
        phases: [{ name: 'stop' }, { name: 'restore' }, { name: 'elect' }, { name: 'first write' }],
      },
    ]);
  });

  test('has a section of the page, with a bar per phase on one axis', () => {
    const page = renderReport(run);
    expect(page).toContain('<h2>Recovery</h2>');
    expect(page).toMatch(/✓ full service<\/span> 2\.31 s\s+from the loss at 7\.000 s on/);
    expect(page).toMatch(/<th scope="row">restore<\/th>\s*<td>800 ms<\/td>/);
    expect(page).toMatch(/x="12\.99%"\s+width="34\.63%"/);
  });

  test('that failed is told as such, and never as full service', () => {
    const failed = withEvents(
      restore('restore the backup', { error: 'no leader came', exitCode: 1 }),
    );
    expect(reportModel(failed).headline).not.toContain('full service');
    expect(renderReport(failed)).toContain('✗ failed');
  });
});

test('two of them are told apart', () => {
  const later = recoveryEvents('restore', 10_000, [['restore', 10_000, 11_000]]);
  const { headline } = reportModel(withEvents(restore('force'), later));
  expect(headline).toContain('“force” brought full service back after 2.31 s (');
  expect(headline).toContain('“restore” brought full service back after 1.00 s (restore 1.00 s)');
});

test('a run without one has no such section', () => {
  expect(renderReport(partitionRun())).not.toContain('<h2>Recovery</h2>');
});
