import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/events.ts';
import type { RecordedRun } from '../../src/journal/recorded-run.ts';
import { terminalReporter } from '../../src/reporters/terminal.ts';
import { hostileRun } from '../fixtures/hostile-run.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { membership } from '../fixtures/run-builder.ts';
import { recordingScreen } from '../fixtures/screen.ts';
import { violatedVerdict } from '../fixtures/verdicts.ts';

function shown(
  run: RecordedRun,
  options: { isTTY?: boolean; columns?: number } = {},
  environment: Record<string, string> = {},
): string {
  const { screen, text } = recordingScreen(options);
  const reporter = terminalReporter({ screen, environment });
  for (const event of run.events) reporter.onEvent?.(event);
  void reporter.onEnd?.(run, '/nowhere');
  return text();
}

describe('terminalReporter, piped', () => {
  test('prints plain lines: steps, faults, verdicts, figures, the command', () => {
    expect(shown(partitionRun())).toBe(
      `partition Cut the leader off from the majority; the rest must elect, serve and lose nothing.
etcd 3.7.3 (go:3.7.3), seed 42
  ▸ start cluster
      1.26 s  m1 leads, term 2
  ✓ start cluster 1.38 s
  ▸ steady state
  ✓ steady state 4.99 s
  ▸ isolate m1
      6.39 s  fault cut m1 off from m2, m3 (peer traffic)
      6.49 s  fault proved: m1 → m2: 0 of 3 probes to port 2380 arrived; 14 packets dropped by the rule (and 1 more)
      7.41 s  no leader (term 2)
      7.61 s  m3 leads, term 3
      16.5 s  fault healed: rules equal the snapshot taken before (and 1 more)
  ✓ isolate m1 10.1 s
  ▸ recover
  ✓ recover 5.00 s
  ✓ held          A new leader is elected in time: m3 became leader at term 3, 1.2 s after the cut; the bound is 3.0 s.
  ✓ held          The majority acknowledges writes again in time: Writes were acknowledged again 1.26 s after the last one before the cut; the bound is 10 s.
  ✓ held          No acknowledged write is lost: All 4,812 acknowledged writes are present at their revisions.
  – not exercised stale-reads

HELD The leader m1 was cut off from m2 and m3 for 10.1 s. m3 took over after 1.20 s, writes were back after 1.26 s and no acknowledged write was lost. Every promise that was put to the test held.

  Time to elect                  1.20 s (bound 3.00 s)
  RTO of the cluster             1.26 s (bound 10.0 s)
  RPO: acknowledged writes lost  0 (bound 0)
  Fault lasted                   10.1 s
  Longest write gap              1.20 s
  Acknowledged writes            5,827
  Operations                     9,722 ok, 2,001 unknown, 349 failed
  Errors                         2,350, most often 2,001 × “etcdserver: request timed out”

  Reproduce                      drill run partition --members 3 --etcd go:3.7.3 --seed 42
`,
    );
  });

  test('tells each change of the members', () => {
    const run = partitionRun({ operationsPerSecond: 20 });
    const standings = ['learner', 'voter', 'out'] as const;
    const changes = standings.map((standing, nth) => membership('m4', standing, 12_000 + nth));
    expect(shown({ ...run, events: [...run.events, ...changes] })).toContain(
      '      12.0 s  m4 is a learner\n' +
        '      12.0 s  m4 is a voter\n' +
        '      12.0 s  m4 was taken out of the cluster\n',
    );
  });

  test('shows the first violations under a violated verdict', () => {
    const text = shown(partitionRun({ operationsPerSecond: 20, verdicts: [violatedVerdict] }));
    expect(text).toContain(
      '  ✗ violated      No acknowledged write is lost: 2 of 4,812 acknowledged writes are missing at the end.\n' +
        '                  The put of key-17 = v512 was acknowledged at revision 301 and is not in the final state.\n',
    );
  });

  test('lets no text from the cluster move the cursor', () => {
    const text = shown(
      hostileRun(partitionRun({ operationsPerSecond: 20, verdicts: [violatedVerdict] })),
    );
    // oxlint-disable-next-line no-control-regex -- the escape that must not come through
    expect(text).not.toMatch(/[\u0000\u001B\u202E]/);
  });
});

describe('terminalReporter, on a terminal', () => {
  const run = partitionRun({ operationsPerSecond: 20 });

  test('keeps the running step with its time on the last line', () => {
    const text = shown(run, { isTTY: true, columns: 80 }, { NO_COLOR: '1' });
    expect(text).toContain('  ▸ isolate m1 3.60 s');
    expect(text).toContain('\r\u001B[K  ✓ isolate m1 10.1 s\n');
    expect(text).not.toContain('  ▸ isolate m1\n');
  });

  test('breaks verdicts between words, the promise above what was found', () => {
    const text = shown(run, { isTTY: true, columns: 60 }, { NO_COLOR: '1' });
    expect(text).toContain(
      `  ✓ held          The majority acknowledges writes again in
                  time
                  Writes were acknowledged again 1.26 s
                  after the last one before the cut; the
                  bound is 10 s.
`,
    );
    const long = text.split('\n').filter((line) => /^ {18}/.test(line) && line.length > 60);
    expect(long).toEqual([]);
  });

  test('says what an application felt', () => {
    const felt: JournalEvent = {
      type: 'observation',
      t: 20_000,
      name: 'application',
      data: {
        answered: 67,
        failed: 0,
        longestGapStartMs: 15_471.3,
        longestGapMs: 7478.4,
        errors: [],
      },
    };
    expect(shown({ ...run, events: [...run.events, felt] })).toContain(
      '  Application (stock etcd3)      no answer for 7.48 s, from 15.471 s on\n',
    );
  });

  test('never lets that line wrap', () => {
    const text = shown(run, { isTTY: true, columns: 12 }, { NO_COLOR: '1' });
    const status = text.split('\n').flatMap((line) => line.split('\r\u001B[K'));
    expect(status.filter((line) => line.startsWith('  ▸')).every((line) => line.length < 12)).toBe(
      true,
    );
  });

  test('is coloured, unless NO_COLOR is set; FORCE_COLOR colours a pipe', () => {
    const coloured = '\u001B[32m✓\u001B[39m recover';
    expect(shown(run, { isTTY: true })).toContain(coloured);
    expect(shown(run, { isTTY: true }, { NO_COLOR: '1' })).not.toContain('\u001B[32m');
    expect(shown(run, {}, { FORCE_COLOR: '1' })).toContain(coloured);
    expect(stripVTControlCharacters(shown(run, {}, { FORCE_COLOR: '1' }))).toBe(shown(run));
  });
});
