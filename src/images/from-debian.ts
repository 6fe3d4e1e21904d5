import { createReadStream } from 'node:fs';
import { messageOf } from '../errors.ts';
import { builtImage } from './built-image.ts';
import { buildImage } from './build-image.ts';
import { debianDockerfile } from './debian-dockerfile.ts';
import { whyNoRootfs, withDebianRootfs } from './debian-rootfs.ts';
import {
  describeImage,
  type EtcdRecipe,
  finish,
  type ImageContext,
  type Offer,
} from './etcd-image.ts';
import { etcdFilesOnly } from './etcd-files.ts';
import { importImage } from './import-image.ts';

/** Debian's etcd packages of a suite: `etcd-server` and `etcd-client`. */
export async function fromDebian(context: ImageContext, suite: string): Promise<Offer> {
  const recipe: EtcdRecipe = {
    source: `deb:${suite}`,
    tag: `deb-${suite}`,
    title: `make an image of Debian ${suite}'s etcd`,
  };
  try {
    const key = { key: recipe.source, title: recipe.title };
    const id = await builtImage(context, key, async () =>
      finish(context.engine, await make(context, suite), recipe),
    );
    return { state: 'image', image: await describeImage(context.engine, id) };
  } catch (error) {
    return { state: 'absent', reason: messageOf(error) };
  }
}

const packages = ['etcd-server', 'etcd-client'];

async function make({ engine, announce }: ImageContext, suite: string): Promise<string> {
  const refusal = whyNoRootfs();
  if (refusal === undefined) {
    const rootfs = {
      suite,
      packages,
      variant: 'extract',
      architecture: engine.architecture,
    } as const;
    return withDebianRootfs(rootfs, announce, (file) =>
      importImage(engine, etcdFilesOnly(createReadStream(file)), { labels: {} }),
    );
  }
  return buildImage(engine, debianDockerfile(suite, packages), {
    labels: {},
    tag: `etcd-drill/etcd:deb-${suite}`,
  });
}
