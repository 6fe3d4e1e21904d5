import { describe, expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import { ample } from './support/budget.ts';
import { generate, watcherOf, type Generated, type Shape } from './support/generate.ts';
import { mutate } from './support/mutate.ts';
import { isLinearizable } from './support/oracle.ts';
import { seeded } from './support/random.ts';

const cases = Number(process.env['DRILL_FUZZ'] ?? 10_000);
const keys = ['a', 'b', 'c'];
const shapes: readonly (Shape & { readonly watch: boolean })[] = [
  { operations: 6, keys, unknown: 0, overlapMs: 3, watch: false },
  { operations: 6, keys, unknown: 0.2, overlapMs: 3, watch: true },
  { operations: 5, keys, unknown: 0.35, overlapMs: 4, watch: false },
  { operations: 6, keys, leases: ['7', '8'], unknown: 0.2, overlapMs: 3, watch: true },
  { operations: 5, keys, leases: ['7'], unknown: 0.2, overlapMs: 3, watch: false },
];

describe('algorithm A and the exhaustive oracle', () => {
  test(`agree on ${cases} small histories`, { timeout: 3_600_000 }, () => {
    const told = { legal: 0, illegal: 0 };
    for (let seed = 1; seed <= cases; seed += 1) {
      const shape = shapes[seed % shapes.length]!;
      const random = seeded(seed);
      const history = mutate(random, generate(random, shape));
      if (!shape.watch) history.watched.clear();
      const state = byRevision(history, shape.watch);
      const expected = isLinearizable(history.operations, history.watched) ? 'legal' : 'illegal';
      if (state !== expected) expect(state, describeCase(seed, history)).toBe(expected);
      told[expected] += 1;
    }
    expect(told.legal).toBeGreaterThan(cases / 5);
    expect(told.illegal).toBeGreaterThan(cases / 5);
  });
});

/** An acknowledged revoke that left its keys alive is judged by the lease property. */
function byRevision({ operations, watched }: Generated, watch: boolean): string {
  const watchRecords = watch ? watcherOf(watched) : [];
  const results = judgeHistory({ operations, watchRecords }, ample());
  const states = results
    .filter(
      ({ property }) => property === 'kv.linearizable' || property === 'lease.revoke-complete',
    )
    .map(({ state }) => state);
  if (states.includes('illegal')) return 'illegal';
  return states[0] === 'not-exercised' ? 'legal' : states[0]!;
}

function describeCase(seed: number, { operations, watched }: Generated): string {
  const lines = operations.map((each) => JSON.stringify(each));
  return [`seed ${seed}`, ...lines, JSON.stringify([...watched])].join('\n');
}
