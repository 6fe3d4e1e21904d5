import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/events.ts';
import { openJournal } from '../../src/journal/write.ts';
import { judgeSaved } from '../../src/runner/judge-saved.ts';
import { runOf } from '../fixtures/run-builder.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'drill-saved-'));
});
afterAll(() => rmSync(root, { recursive: true }));

let saved = 0;
function save(...events: JournalEvent[]): string {
  const folder = join(root, String(++saved));
  mkdirSync(folder);
  using journal = openJournal(join(folder, 'journal.jsonl'));
  for (const event of [...runOf({ events: [] }).events, ...events]) journal.write(event);
  return folder;
}

const ended = (
  outcome: 'held' | 'violated' | 'interrupted' | 'unhealed',
  exitCode: number,
  reasons: string[] = [],
): JournalEvent => ({ type: 'run.ended', t: 50_000, outcome, exitCode, reasons });

test('a fault that could not be removed stays one', async () => {
  const { outcome } = await judgeSaved(save(ended('unhealed', 4, ['could not heal "x"'])));
  expect(outcome).toMatchObject({ outcome: 'unhealed', exitCode: 4 });
  expect(outcome.reasons).toContain('could not heal "x"');
});

test('so does an interruption, and an expectation that was not met', async () => {
  expect((await judgeSaved(save(ended('interrupted', 130)))).outcome.exitCode).toBe(130);
  const unmet = ended('violated', 1, ['Another leader than m1 did not come within 5 s']);
  expect((await judgeSaved(save(unmet))).outcome.exitCode).toBe(1);
}, 30_000); // two threads, each of which loads the checker

test('a violation that only its old verdicts told is judged anew', async () => {
  const { outcome } = await judgeSaved(save(ended('violated', 1)));
  expect(outcome.exitCode).not.toBe(1);
});

test('a run that died is never held', async () => {
  const { outcome } = await judgeSaved(save());
  expect(outcome.exitCode).toBe(2);
  expect(outcome.reasons).toContain('the run died');
});

test('every verdict is inconclusive where the checker has nothing to read', async () => {
  const { verdicts } = await judgeSaved(save(ended('held', 0)));
  expect(verdicts.find(({ assertion }) => assertion === 'kv.linearizable')?.status).not.toBe(
    'held',
  );
});
