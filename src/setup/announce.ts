import type { Announce } from '../engine/engine.ts';

/**
 * Prints each step with its time: the title when it begins, the seconds when it ends, on one line.
 * A step within a step, and a step that fails, keep their own lines.
 */
export function createAnnounce(screen: { write(text: string): unknown }): Announce {
  let atLineStart = true;
  const print = (text: string) => {
    screen.write(text);
    atLineStart = text.endsWith('\n');
  };
  return async (title, task) => {
    const startedMs = performance.now();
    if (!atLineStart) print('\n');
    print(`  ${title} …`);
    const finish = (how: string) => {
      if (atLineStart) print(`  ${title} …`);
      print(` ${how}${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
    };
    try {
      const result = await task();
      finish('');
      return result;
    } catch (error) {
      finish('failed after ');
      throw error;
    }
  };
}
