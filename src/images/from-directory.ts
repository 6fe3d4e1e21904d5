import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { binariesTar } from './binaries-tar.ts';
import { etcdImage, type ImageContext, type Offer, unfinishedLabels } from './etcd-image.ts';
import { importImage } from './import-image.ts';

/** Locally built `etcd` and `etcdctl`, and `etcdutl` where the version has it. */
export async function fromDirectory(context: ImageContext, path: string): Promise<Offer> {
  const folder = resolve(path);
  const missing = ['etcd', 'etcdctl'].filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    return { state: 'absent', reason: `${folder} has no ${missing.join(' and no ')}` };
  }
  const files = ['etcd', 'etcdctl', 'etcdutl']
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file));
  const digest = await contentDigest(files);
  const recipe = {
    source: `dir:${folder}`,
    key: `dir:${digest}`,
    tag: `dir-${digest.slice(0, 12)}`,
    title: `make an image of ${folder}`,
  };
  return etcdImage(context, recipe, async () =>
    importImage(context.engine, await binariesTar(files), { labels: unfinishedLabels }),
  );
}

async function contentDigest(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}
