import { duration } from '../../report/format.ts';
import { visible } from '../../report/visible.ts';
import type { Screen } from '../reporter.ts';
import type { LiveScreen } from './live.ts';
import type { Painter } from './painter.ts';

/** `▸ step 1.5 s`, as it stands while something goes on. */
export function statusLine(what: string, elapsedMs: number, paint: Painter): string {
  return `  ${paint('cyan', '▸')} ${visible(what)} ${paint('dim', duration(Math.floor(elapsedMs / 100) * 100))}`;
}

/** Shows what takes long: on a terminal a line that counts, on a pipe one line when it is first told. */
export function progressShower(
  screen: Screen,
  live: LiveScreen,
  paint: Painter,
): (doing: string, elapsedMs: number) => void {
  let told = false;
  return (doing, elapsedMs) => {
    if (screen.isTTY === true) live.status(statusLine(doing, elapsedMs, paint));
    else if (!told) live.print(statusLine(doing, elapsedMs, paint));
    told = true;
  };
}
