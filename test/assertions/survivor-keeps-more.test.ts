import { describe, expect, test } from 'vitest';
import { survivorKeepsMore } from '../../src/assertions/survivor-keeps-more.ts';
import type { EpochStart, RecordedEpochStart } from '../../src/history/epoch.ts';
import type { Operation } from '../../src/history/operation.ts';
import { keyValue, put, runOf } from '../fixtures/run-builder.ts';

/** Acknowledged writes of the revisions `from` to `to`, 10 ms apart. */
const writes = (from: number, to: number, atMs: number): Operation[] =>
  Array.from({ length: to + 1 - from }, (_, index) => {
    const revision = from + index;
    return put(`k/${revision}`, revision, { at: atMs + index * 10, client: revision + atMs });
  });

function start(kind: EpochStart['kind'], startedMs: number, restored: number): RecordedEpochStart {
  const state = Array.from({ length: restored - 1 }, (_, index) =>
    keyValue(`k/${index + 2}`, index + 2),
  );
  return { kind, startedMs, restoredRevision: restored, state: () => state };
}

/** A forced cluster that went on at one revision of the first epoch, a restore at one of the second. */
const run = (forced: number, restored: number) =>
  runOf({
    operations: [...writes(2, 9, 100), ...writes(forced + 1, 15, 1100)],
    epochStarts: [start('force-new-cluster', 1000, forced), start('restore', 2000, restored)],
  });
const { judge } = survivorKeepsMore();

describe('both ways out of a lost quorum', () => {
  test('are told side by side', () => {
    expect(judge(run(8, 10))).toMatchObject({
      status: 'held',
      summary:
        '`--force-new-cluster` of a survivor lost 1 acknowledged write of the last 10 ms, the restored backup 5 acknowledged writes of the last 50 ms',
      counts: { forced: 1, restored: 5 },
    });
  });

  test('a survivor older than the backup is a violation', () => {
    expect(judge(run(3, 14))).toMatchObject({
      status: 'violated',
      counts: { forced: 6, restored: 1 },
    });
  });

  test('where nothing was lost, neither is better', () => {
    expect(judge(run(9, 15))).toMatchObject({
      status: 'inconclusive',
      summary:
        '`--force-new-cluster` of a survivor lost none, the restored backup none: there was no more to keep',
    });
  });

  test('one alone cannot be compared', () => {
    const only = runOf({
      operations: writes(2, 9, 100),
      epochStarts: [start('restore', 1000, 4)],
    });
    expect(judge(only)).toMatchObject({
      status: 'inconclusive',
      summary: 'no new cluster was forced, so there is nothing to compare',
    });
  });
});
