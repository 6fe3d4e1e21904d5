import { stripVTControlCharacters } from 'node:util';

/**
 * A text as lines of at most `columns`, each after its indent; one line where no width is given.
 * Colours take no room, and a word longer than a line stays whole: what is to be copied must not be
 * broken.
 */
export function wrapped(text: string, indent: string, columns: number | undefined): string[] {
  if (columns === undefined) return [`${indent}${text}`];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && widthOf(`${line} ${word}`) <= columns) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(`${indent}${word}`);
    }
  }
  return lines;
}

/** The same after a head that is as wide as the indent of the lines under it. */
export function hanging(head: string, text: string, columns: number | undefined): string[] {
  const indent = ' '.repeat(widthOf(head));
  const [first = '', ...more] = wrapped(text, indent, columns);
  return [`${head}${first.slice(indent.length)}`, ...more];
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
