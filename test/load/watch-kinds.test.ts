import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../src/load/spec.ts';
import { watchKinds, watchKindsOf, watchRequests } from '../../src/load/watch-kinds.ts';
import { seededRandom } from '../../src/runner/random.ts';

const spec = loadSpec({ prefix: 'w/', keys: 10 });
const ask = (kind: (typeof watchKinds)[number], lastRevision = 1000, seed = 1) =>
  watchRequests(kind, spec, lastRevision, seededRandom(seed));

test('a version gets the kinds it knows', () => {
  expect(watchKindsOf('3.4.23')).toEqual(watchKinds);
  expect(watchKindsOf('3.3.25')).toEqual([
    'prefix',
    'past',
    'future',
    'prev-kv',
    'many',
    'resumed',
  ]);
});

describe('what a kind asks for', () => {
  const every = { key: 'w/', end: 'w/~' };
  test('from now on', () => {
    for (const kind of ['prefix', 'progress', 'resumed'] as const)
      expect(ask(kind)).toEqual([every]);
    expect(ask('prev-kv')).toEqual([{ ...every, prevKv: true }]);
  });

  test('from the past, and never from before the first revision', () => {
    const starts = Array.from(
      { length: 50 },
      (_, seed) => ask('past', 1000, seed)[0].startRevision,
    );
    expect(Math.min(...starts.map(Number))).toBeGreaterThan(800);
    expect(Math.max(...starts.map(Number))).toBeLessThanOrEqual(1000);
    for (let seed = 0; seed < 20; seed += 1) {
      expect(ask('past', 0, seed)[0].startRevision).toBe(1);
      expect(ask('fragment', 3, seed)[0].startRevision).toBeGreaterThanOrEqual(1);
    }
  });

  test('from the future, beyond everything seen', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      expect(ask('future', 1000, seed)[0].startRevision).toBeGreaterThan(1000);
    }
  });

  test('in fragments, with much to send', () => {
    expect(ask('fragment')[0]).toMatchObject({ ...every, prevKv: true, fragment: true });
  });

  test('many on one stream, of one key each and of ranges', () => {
    const requests = ask('many');
    expect(requests).toHaveLength(8);
    expect(new Set(requests.map(({ end }) => end))).toEqual(new Set(['w/~', undefined]));
  });

  test('the same for the same seed', () => {
    expect(ask('many', 1000, 7)).toEqual(ask('many', 1000, 7));
    expect(ask('many', 1000, 7)).not.toEqual(ask('many', 1000, 8));
  });
});
