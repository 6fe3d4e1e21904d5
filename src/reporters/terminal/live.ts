import { stripVTControlCharacters } from 'node:util';
import type { Screen } from '../reporter.ts';

/** Lines that stay, above one line that is drawn again and again. */
export interface LiveScreen {
  print(line: string | undefined): void;
  /** The line at the bottom; only a terminal shows it. */
  status(line: string | undefined): void;
}

export function liveScreen(screen: Screen): LiveScreen {
  let current: string | undefined;
  const clear = (): string => (current === undefined ? '' : '\r\u001B[K');
  return {
    print(line) {
      if (line === undefined) return;
      screen.write(`${clear()}${line}\n${current ?? ''}`);
    },
    status(line) {
      if (!screen.isTTY || line === current) return;
      const fitting = line === undefined ? undefined : fitted(line, screen.columns ?? 80);
      screen.write(`${clear()}${fitting ?? ''}`);
      current = fitting;
    },
  };
}

/** A line that wraps could not be cleared; one that is too long loses its colours with its end. */
function fitted(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return text.length < columns ? line : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
