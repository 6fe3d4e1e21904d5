import { expect, test } from 'vitest';
import { keyValue, type KeyValueCall } from '../../../src/checker/search/key-value.ts';
import { seeded } from '../support/random.ts';

test('a key with append is one text to the model, which only tells apart what is read', () => {
  const told = { fits: 0, refused: 0 };
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const random = seeded(seed);
    const calls = Array.from({ length: 8 }, (): KeyValueCall => {
      const kind = random.pick(['get', 'put', 'append', 'append'] as const);
      return { kind, value: random.pick(['', 'a', 'b', 'ab', 'aab', 'abab']) };
    });
    const model = keyValue.build(calls);
    let state = model.initial;
    let text = '';
    for (const [op, { kind, value }] of calls.entries()) {
      const next = model.step(state, op);
      if (kind === 'get') {
        expect(next, `seed ${seed}: get ${value} of ${text}`).toBe(value === text ? state : -1);
        told[value === text ? 'fits' : 'refused'] += 1;
        continue;
      }
      text = kind === 'put' ? value : `${text}${value}`;
      state = next;
    }
  }
  expect(told.fits).toBeGreaterThan(300);
  expect(told.refused).toBeGreaterThan(300);
});
