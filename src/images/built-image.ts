import type { Announce, Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { withLock } from '../setup/lock.ts';

/** What an image is made from. The same `key` is made once per engine and then found by its label. */
export interface Recipe {
  readonly key: string;
  /** The step's title while it is made. */
  readonly title: string;
}

/**
 * The id of the image with this recipe: found on the engine, else made, announced. Of several
 * processes that want it at once one makes it and the others wait.
 *
 * @param make builds the image and puts `labelsOf(recipe)` on it, last, when it is known to work
 */
export async function builtImage(
  { engine, announce }: { engine: Engine; announce: Announce },
  recipe: Recipe,
  make: () => Promise<string>,
): Promise<string> {
  const found = await findImage(engine, recipe.key);
  if (found !== undefined) return found;
  return withLock(`image ${recipe.key}`, async () => {
    const foundNow = await findImage(engine, recipe.key);
    return foundNow ?? announce(recipe.title, make);
  });
}

/** The labels of a finished image. */
export function imageLabels(recipeKey: string): Record<string, string> {
  return { [labels.kind]: 'image', [labels.recipe]: recipeKey };
}

/** The id of the finished image with this recipe, if the engine has it. */
export async function findImage(engine: Engine, recipeKey: string): Promise<string | undefined> {
  const filters = { label: Object.entries(imageLabels(recipeKey)).map((pair) => pair.join('=')) };
  const [image] = await engine.docker.listImages({ filters });
  return image?.Id;
}
