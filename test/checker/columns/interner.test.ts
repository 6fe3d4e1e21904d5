import { expect, test } from 'vitest';
import { compareBytes } from '../../../src/checker/columns/interner.ts';

test('keys are ordered by their UTF-8 bytes, not by UTF-16 units', () => {
  const texts = ['b', 'a', '', 'ab', '\u{1f600}', '\uffee', '\ue000', 'é', '\0'];
  const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(texts.toSorted(compareBytes)).toEqual(byBytes);
  expect(texts.toSorted()).not.toEqual(byBytes);
});
