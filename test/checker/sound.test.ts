import { expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import type { WatchRecord } from '../../src/history/operation.ts';
import { ample } from './support/budget.ts';
import { generate, watcherOf, type Generated } from './support/generate.ts';
import { seeded } from './support/random.ts';

test('nothing is reported on sound histories, whatever watches them', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seeded(seed);
    const shape = { operations: 40, keys: ['a', 'b', 'c', 'd'], unknown: 0.1, overlapMs: 4 };
    const history = generate(random, shape);
    const watchRecords = [...watcherOf(history.watched), ...late(history), ...narrow(history)];
    const results = judgeHistory({ operations: history.operations, watchRecords }, ample());
    const reported = results.filter(({ state }) => state === 'illegal' || state === 'unknown');
    expect({ seed, reported }).toEqual({ seed, reported: [] });
  }
});

/** From revision 4 on, with previous values, and a progress notification at the end. */
function late({ watched }: Generated): WatchRecord[] {
  const [created, ...events] = watcherOf(watched, 'late');
  const request = { key: '\0', end: '\0', startRevision: 4, prevKv: true };
  const revision = Math.max(1, ...watched.keys());
  const progress = { ...created!, kind: 'progress', revision, receivedMs: 2_000_000 } as const;
  const { request: _, ...end } = progress;
  return [{ ...created!, request }, ...events.filter((each) => each.revision >= 4), end];
}

/** Only keys below `c`; without the other events of a revision. */
function narrow({ watched }: Generated): WatchRecord[] {
  const [created, ...records] = watcherOf(watched, 'narrow');
  const request = { key: 'a', end: 'c', startRevision: 1 };
  const filtered = records.map((record) => ({
    ...record,
    events: record.events.filter((each) => (each.type === 'put' ? each.kv.key : each.key) < 'c'),
  }));
  return [{ ...created!, request }, ...filtered.filter(({ events }) => events.length > 0)];
}
