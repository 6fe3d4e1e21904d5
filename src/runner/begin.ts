import type { UndoStack } from './undo-stack.ts';

/**
 * Begins something that has an end, with the end registered before: nothing begins once the stack
 * unwinds, and what is still beginning then is ended as soon as it has begun.
 */
export async function begin<T>(
  undo: UndoStack,
  title: string,
  start: () => T | Promise<T>,
  end: (begun: T) => PromiseLike<unknown>,
): Promise<T> {
  let beginning: Promise<T> | undefined;
  undo.defer(title, async () => {
    const begun = await beginning?.then(
      (value) => ({ value }),
      () => undefined, // told by whoever waits for it
    );
    if (begun) await end(begun.value);
  });
  const started = (async () => start())();
  beginning = started;
  return started;
}
