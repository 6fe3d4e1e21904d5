import { count } from './format.ts';

/** The start of a long text, with a statement of how much was cut. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${count(text.length - most)} characters cut)`;
}

/** Both ends of a long list and how many were cut from its middle. */
export function cutMiddle<T>(
  items: readonly T[],
  most: number,
): { readonly head: readonly T[]; readonly cut: number; readonly tail: readonly T[] } {
  if (items.length <= most) return { head: items, cut: 0, tail: [] };
  const half = Math.floor(most / 2);
  return { head: items.slice(0, half), cut: items.length - 2 * half, tail: items.slice(-half) };
}
