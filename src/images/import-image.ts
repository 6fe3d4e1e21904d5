import type { Readable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { followProgress } from '../engine/progress.ts';
import { DrillError } from '../errors.ts';

export interface ImportOptions {
  readonly labels: Readonly<Record<string, string>>;
  /** Repository and tag, so that people find it in `docker images`. */
  readonly name?: { readonly repo: string; readonly tag: string };
}

/** Makes an image of one layer from a tar of its root file system, through the engine's API. */
export async function importImage(
  engine: Engine,
  rootfs: Readable,
  { labels, name }: ImportOptions,
): Promise<string> {
  const changes = [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`),
  ];
  const stream = await engine.docker.importImage(rootfs, { changes, ...name });
  const events = await followProgress(engine, stream);
  const id = events.findLast((event) => event.status?.startsWith('sha256:'))?.status;
  if (id === undefined) {
    throw new DrillError(`the engine (${engine.source}) took an image in without naming its id`);
  }
  return id;
}
