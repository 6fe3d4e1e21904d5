import { describe, expect, test } from 'vitest';
import { html, type Part } from '../../src/report/html.ts';

describe('html', () => {
  test('escapes text for elements and attributes', () => {
    const text = `<b onclick="x('y')">&\``;
    expect(String(html`<p title="${text}">${text}</p>`)).toBe(
      '<p title="&#60;b onclick=&#34;x(&#39;y&#39;)&#34;&#62;&#38;&#96;">&#60;b onclick=&#34;x(&#39;y&#39;)&#34;&#62;&#38;&#96;</p>',
    );
  });

  test('lets through what html made, lists of it, and numbers; leaves null out', () => {
    expect(String(html`${[html`<i>${1}</i>`, 'a<']}${null}`)).toBe('<i>1</i>a&#60;');
  });

  test('refuses an object that only looks like markup', () => {
    const lookAlike = { toString: () => '<script>' };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the compiler refuses
    expect(() => html`${lookAlike as unknown as Part}`).toThrow(TypeError);
  });

  test('makes control characters visible', () => {
    expect(String(html`${'a\u0000\u001B[31m\u202Eb\n'}`)).toBe('a␀␛[31m⟨U+202E⟩b␊');
  });
});
