import { expect, test } from 'vitest';
import { visible } from '../../src/report/visible.ts';

test.each([
  ['plain text, ümläuts, 漢字', 'plain text, ümläuts, 漢字'],
  ['tab\tline\r\n', 'tab␉line␍␊'],
  ['\u007F\u0085', '␡⟨U+0085⟩'],
  ['\u200B\u2066\u2028', '⟨U+200B⟩⟨U+2066⟩⟨U+2028⟩'],
  ['lone \uD800 surrogate', 'lone ⟨U+D800⟩ surrogate'],
  ['\uFFFE\uFFFF', '⟨U+FFFE⟩⟨U+FFFF⟩'],
])('%j is shown as %s', (text, shown) => {
  expect(visible(text)).toBe(shown);
});
