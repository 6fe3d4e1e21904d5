import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { probeEtcdVersion } from './probe-etcd-version.ts';

/**
 * The etcd version in an image that cannot carry drill's labels, as one from a registry: probed
 * once, then remembered under the image's id, which is the digest of its content.
 */
export async function knownVersion(engine: Engine, imageId: string): Promise<string> {
  const file = join(cacheFolder('etcd-versions'), imageId.replace('sha256:', ''));
  const remembered = await readFile(file, 'utf8').catch(() => '');
  if (remembered !== '') return remembered;
  const version = await probeEtcdVersion(engine, imageId);
  await writeFile(file, version);
  return version;
}
