import { createHash } from 'node:crypto';
import { visible } from './visible.ts';

/**
 * Markup that `html` made: the only thing it lets through as it is. The class stays in this file, and
 * its private field keeps look-alikes out, so no other code can call a text safe.
 */
export type Safe = Markup;

export type Part = string | number | Safe | null | readonly Part[];

/**
 * The one way to markup. Every interpolated text is escaped for elements and quoted attributes, and
 * its control characters are made visible; only `Safe` values, which nothing else can make, pass
 * unchanged. `null` is left out.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Safe {
  let markup = dense(strings[0]);
  for (const [index, part] of parts.entries()) {
    markup += rendered(part) + dense(strings[index + 1]);
  }
  return new Markup(markup);
}

/** The indentation of the sources would be a fifth of a report. */
function dense(source = ''): string {
  return source.replaceAll(/\n\s+/g, '\n');
}

/** A `<style>` of drill's own, with the hash that the content security policy lets in. */
export function inlineStyle(source: string): { readonly element: Safe; readonly hash: string } {
  return { element: new Markup(`<style>${source}</style>`), hash: hashOf(source) };
}

/** A `<script>` of drill's own, with its hash. */
export function inlineScript(source: string): { readonly element: Safe; readonly hash: string } {
  return { element: new Markup(`<script type="module">${source}</script>`), hash: hashOf(source) };
}

class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(rendered).join('');
  return escaped(String(part));
}

function escaped(text: string): string {
  return visible(text).replaceAll(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);
}

function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}
