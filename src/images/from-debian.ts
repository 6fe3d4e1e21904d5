import { createReadStream } from 'node:fs';
import { buildImage } from './build-image.ts';
import { debianDockerfile } from './debian-dockerfile.ts';
import { whyNoRootfs, withDebianRootfs } from './debian-rootfs.ts';
import { etcdFilesOnly } from './etcd-files.ts';
import { etcdImage, type ImageContext, type Offer, unfinishedLabels } from './etcd-image.ts';
import { importImage } from './import-image.ts';

/** Debian's etcd packages of a suite: `etcd-server` and `etcd-client`. */
export function fromDebian(context: ImageContext, suite: string): Promise<Offer> {
  const recipe = {
    source: `deb:${suite}`,
    tag: `deb-${suite}`,
    title: `make an image of Debian ${suite}'s etcd`,
  };
  return etcdImage(context, recipe, () => make(context, suite));
}

const packages = ['etcd-server', 'etcd-client'];

async function make({ engine, announce }: ImageContext, suite: string): Promise<string> {
  const labels = unfinishedLabels;
  if (whyNoRootfs() !== undefined) {
    const dockerfile = debianDockerfile(suite, packages);
    return buildImage(engine, dockerfile, { labels, tag: `etcd-drill/etcd:deb-${suite}` });
  }
  const { architecture } = engine;
  const rootfs = { suite, packages, variant: 'extract', architecture } as const;
  return withDebianRootfs(rootfs, announce, (file) =>
    importImage(engine, etcdFilesOnly(createReadStream(file)), { labels }),
  );
}
