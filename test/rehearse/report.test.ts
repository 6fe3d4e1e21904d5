import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeRehearsal } from '../../src/rehearse/judge-rehearsal.ts';
import type { Rehearsal } from '../../src/rehearse/rehearsal.ts';
import { closing } from '../../src/rehearse/report/closing.ts';
import { rehearsalJunit } from '../../src/rehearse/report/junit.ts';
import { rehearsalPage } from '../../src/rehearse/report/page.ts';
import { rehearsalOf } from '../../src/rehearse/report/rehearsal-of.ts';
import { writeReports } from '../../src/rehearse/report/write-reports.ts';
import { outcomeOf } from '../../src/runner/outcome.ts';
import type { Facts } from '../../src/rehearse/facts.ts';
import { facts, summary } from '../fixtures/rehearsal.ts';
import { hostile } from '../fixtures/hostile-run.ts';
import { temporaryFolder } from '../fixtures/snapshots.ts';

describe('a rehearsal that held', () => {
  const page = rehearsalPage(recorded(facts()));

  test('says so, with what was compared', () => {
    expect(page).toContain(
      'The backup restores: 120 keys (61.5 KiB) at revision 500 came back on 3 members of etcd 3.6.16 in 5.00 s, and every value is what the file has.',
    );
    expect(page).toContain('<code>/registry/pods/</code>');
    expect(page).toContain('✓ alike');
  });

  test('needs nothing else', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\((?!'#)|src="/);
    expect(page).toContain('content="default-src &#39;none&#39;');
    expect(page).toContain('prefers-color-scheme: dark');
  });

  test('ends the terminal with its figures', () => {
    const text = closing(recorded(facts()), 'report.html', (_style, one) => one, undefined);
    expect(text).toContain('HELD The backup restores: 120 keys');
    expect(text).toContain('/registry/pods/ 120 keys, 61.5 KiB; served alike');
    expect(text).toContain('RTO by phase             5.00 s: restore 1.00 s');
  });

  test('is green for a build server', () => {
    expect(rehearsalJunit(recorded(facts()))).toContain(
      '<testsuites name="drill" tests="11" failures="0" errors="0" skipped="0" time="9.000">',
    );
  });
});

test('one of an empty keyspace says so first', () => {
  const found = facts();
  const snapshot = { ...found.snapshot, keys: 0, keyBytes: 0, valueBytes: 0, revision: 1 };
  const rehearsal: Rehearsal = {
    ...recorded(found),
    snapshot,
    outcome: 'held',
  };
  const said =
    'The backup restores, but there is no key in it: an empty keyspace at revision 1 came back on 3 members of etcd 3.6.16 in 5.00 s. Is it the backup that you meant?';
  expect(rehearsalPage(rehearsal)).toContain(said);
  expect(closing(rehearsal, 'report.html', (_style, one) => one, undefined)).toContain(
    `HELD ${said}`,
  );
});

test('a learner among the members of then is called one', () => {
  const [voter] = summary.members;
  if (!voter) throw new Error('the file has no member');
  const snapshot = { ...summary, members: [voter, { ...voter, name: 'new', isLearner: true }] };
  const roles = rehearsalPage(recorded(facts({ snapshot }))).matchAll(/<td>(voter|learner)<\/td>/g);
  expect([...roles].map(([, role]) => role)).toEqual(['voter', 'learner']);
});

test('one that did not is red for a build server, with what is wrong', () => {
  const wrong = facts({ nextMinor: { kind: 'failed', version: '3.7.3', reason: 'panic' } });
  const xml = rehearsalJunit(recorded(wrong));
  expect(xml).toContain('failures="1"');
  expect(xml).toContain('message="etcd 3.7.3 does not come up with it: panic"');
});

test('whatever stands in a file or is answered is text in every report', () => {
  const snapshot = {
    ...summary,
    path: hostile,
    prefixes: { ...summary.prefixes, rows: [{ prefix: hostile, keys: 1, bytes: 1 }] },
    members: summary.members.map((member) => ({ ...member, name: hostile, peerUrls: [hostile] })),
  };
  const nextMinor = { kind: 'failed', version: '3.7.3', reason: hostile } as const;
  const rehearsal = { ...recorded(facts({ snapshot, nextMinor })), warnings: [hostile] };
  const page = rehearsalPage(rehearsal);
  expect(page).not.toMatch(/<script>|<img|onerror="/);
  const text = closing(rehearsal, 'report.html', (_style, one) => one, undefined);
  for (const out of [page, text, rehearsalJunit(rehearsal)])
    for (const unseen of ['\u0000', '\u001B', '\u202E']) expect(out).not.toContain(unseen);
});

test('what is written down is for its user alone', async () => {
  using folder = temporaryFolder();
  await writeReports(recorded(facts()), folder.path);
  const modes = readdirSync(folder.path).map((name) => {
    const { mode } = statSync(join(folder.path, name));
    return [name, mode & 0o777];
  });
  expect(Object.fromEntries(modes)).toEqual({
    'junit.xml': 0o600,
    'report.html': 0o600,
    'run.json': 0o600,
  });
});

function recorded(found: Facts): Rehearsal {
  const verdicts = judgeRehearsal(found, { showValues: false });
  return rehearsalOf(
    {
      run: 'rehearse-1',
      startedAt: '2026-01-15T08:00:00.000Z',
      command: 'drill rehearse monday.db',
      durationMs: 9000,
      versions: {
        drill: '0.1.0',
        etcd: '3.6.16',
        etcdSource: 'go:3.6.16',
        engine: 'Docker 20.10',
        kernel: '6.1',
      },
      members: 3,
      peakMemoryBytes: 2 ** 27,
    },
    { facts: found, verdicts, warnings: [], outcome: outcomeOf({ kind: 'done' }, verdicts, []) },
  );
}
