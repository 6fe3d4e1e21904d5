/**
 * Text from a cluster, made safe to look at: control characters become their pictures (`␀`, `␛`,
 * `␊`), and what reorders or hides text (bidi overrides, zero-width, lone surrogates) its code
 * point. The result never moves a cursor, breaks a line or is illegal in XML.
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '␡';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;
