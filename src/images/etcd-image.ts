import type { Announce, Engine, EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { messageOf } from '../errors.ts';
import { buildImage } from './build-image.ts';
import { builtImage, imageLabels } from './built-image.ts';
import { probeEtcdVersion } from './probe-etcd-version.ts';

export interface ImageContext {
  readonly engine: Engine;
  readonly announce: Announce;
}

/** What a source has: an image, or the reason why it has none. */
export type Offer =
  | { readonly state: 'image'; readonly image: EtcdImage }
  | { readonly state: 'absent'; readonly reason: string };

export interface EtcdRecipe {
  /** As `--etcd` names it, e.g. `go:3.7.3`. */
  readonly source: string;
  /** Differs from the source where that may change, as a folder does. */
  readonly key?: string;
  /** Tag under `etcd-drill/etcd`. */
  readonly tag: string;
  readonly title: string;
}

/**
 * The etcd image with this recipe, found on the engine or made.
 *
 * @param make makes an image that has etcd on PATH, and returns its id; it is probed and labelled here
 */
export async function etcdImage(
  context: ImageContext,
  recipe: EtcdRecipe,
  make: () => Promise<string>,
): Promise<Offer> {
  const { engine } = context;
  const key = recipe.key ?? recipe.source;
  try {
    const id = await builtImage(context, { key, title: recipe.title }, async () =>
      finish(engine, await make(), recipe),
    );
    return { state: 'image', image: await describeImage(engine, id) };
  } catch (error) {
    return { state: 'absent', reason: messageOf(error) };
  }
}

/** What an image has until it is known to work. */
export const unfinishedLabels = { [labels.kind]: 'image' };

/** Probes an image that is not labelled yet, and labels it; one that does not work is removed. */
async function finish(engine: Engine, id: string, recipe: EtcdRecipe): Promise<string> {
  try {
    const version = await probeEtcdVersion(engine, id);
    return await buildImage(engine, `FROM ${id}\nCMD ["etcd"]\n`, {
      tag: `etcd-drill/etcd:${recipe.tag}`,
      labels: {
        ...imageLabels(recipe.key ?? recipe.source),
        [labels.source]: recipe.source,
        [labels.version]: version,
      },
    });
  } catch (error) {
    await engine.docker.getImage(id).remove();
    throw error;
  }
}

/** Reads back the labels that `finish` wrote. */
export async function describeImage(engine: Engine, id: string): Promise<EtcdImage> {
  const { Config: config } = await engine.docker.getImage(id).inspect();
  const { [labels.version]: version = '', [labels.source]: source = '' } = config.Labels;
  return { reference: id, version, source };
}
