import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elects } from '../../src/assertions/elects.ts';
import { exercised } from '../../src/assertions/exercised.ts';
import { recoversWithin } from '../../src/assertions/recovers-within.ts';
import { assertionNames, assertionsFrom } from '../../src/assertions/registry.ts';

test('every assertion file is registered under its name', () => {
  const files = readdirSync(new URL('../../src/assertions', import.meta.url), {
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name.replace('.ts', ''))
    .filter((name) => name !== 'assertion' && name !== 'registry');
  expect(files.toSorted()).toEqual([...assertionNames].toSorted());
});

test('what was stored comes back the same', () => {
  const made = [elects(), elects({ within: '3s' }), exercised(), recoversWithin('10s')];
  const stored = made.map(({ name, options }) => ({ name, options }));
  expect(assertionsFrom(stored).map(({ name, options }) => ({ name, options }))).toEqual(stored);
});

test('an unknown name suggests the nearest', () => {
  expect(() => assertionsFrom([{ name: 'durabel', options: {} }])).toThrow(
    'There is no assertion "durabel": did you mean "durable"?',
  );
});

test('a wrong option is refused by name', () => {
  expect(() => assertionsFrom([{ name: 'elects', options: { withinMs: 5 } }])).toThrow(
    'The options of assertion "elects" are wrong ({"withinMs":5}): ✖ Unrecognized key: "withinMs"',
  );
});
