import { styleText } from 'node:util';
import type { ReporterContext, Screen } from '../reporter.ts';

export type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Painter = (style: Style, text: string) => string;

/** `FORCE_COLOR` beats `NO_COLOR` beats the terminal, as in Node itself. */
export function painter(screen: Screen, environment: ReporterContext['environment']): Painter {
  const isForced = Boolean(environment['FORCE_COLOR']) && environment['FORCE_COLOR'] !== '0';
  const isWanted = isForced || (screen.isTTY === true && !environment['NO_COLOR']);
  if (!isWanted) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
