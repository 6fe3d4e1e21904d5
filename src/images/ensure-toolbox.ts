import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { engineErrorText } from '../engine/engine-error.ts';
import { DrillError } from '../errors.ts';
import { buildImage } from './build-image.ts';
import { builtImage, imageLabels } from './built-image.ts';
import { debianDockerfile } from './debian-dockerfile.ts';
import { whyNoRootfs, withDebianRootfs } from './debian-rootfs.ts';
import type { ImageContext } from './etcd-image.ts';
import { importImage } from './import-image.ts';

/**
 * The id of the toolbox image that sidecars and helpers run: a small Debian with shell, iptables,
 * iproute2, perl and file-system tools, as `images/toolbox.json` says.
 */
export async function ensureToolbox(context: ImageContext): Promise<string> {
  const { key, tag } = await toolboxRecipe();
  return builtImage(context, { key, title: 'make the toolbox image' }, () =>
    make(context, key, tag),
  );
}

/** The recipe's key, which is also the image's label; and its tag under `etcd-drill/toolbox`. */
export async function toolboxRecipe(): Promise<{ key: string; tag: string }> {
  const tag = createHash('sha256')
    .update(await readFile(recipeFile))
    .digest('hex')
    .slice(0, 12);
  return { key: `toolbox:${tag}`, tag };
}

const recipeFile = new URL('../../images/toolbox.json', import.meta.url);
const recipeSchema = z.object({ suite: z.string(), packages: z.array(z.string()) });

async function make({ engine, announce }: ImageContext, key: string, tag: string): Promise<string> {
  const { suite, packages } = recipeSchema.parse(JSON.parse(await readFile(recipeFile, 'utf8')));
  const labels = imageLabels(key);
  const repo = 'etcd-drill/toolbox';
  // Configuring packages runs programs of the engine's architecture.
  const refusal =
    goArchitecture() === engine.architecture
      ? whyNoRootfs()
      : `this machine is ${goArchitecture()}, the engine ${engine.architecture}`;
  if (refusal === undefined) {
    const rootfs = {
      suite,
      packages,
      variant: 'essential',
      architecture: engine.architecture,
    } as const;
    return withDebianRootfs(rootfs, announce, (file) =>
      importImage(engine, createReadStream(file), { labels, name: { repo, tag } }),
    );
  }
  try {
    return await buildImage(engine, debianDockerfile(suite, packages), {
      labels,
      tag: `${repo}:${tag}`,
    });
  } catch (error) {
    throw new DrillError(
      `the toolbox image cannot be made: not with mmdebstrap (${refusal}), and not from ` +
        `debian:${suite}-slim (${engineErrorText(error)}); make one of the two possible`,
      undefined,
      error,
    );
  }
}

function goArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
