import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { type OneShotEnd, runOnce } from '../engine/run-once.ts';
import { DrillError, messageOf } from '../errors.ts';
import { docker } from './docker-errors.ts';
import type { Pod } from './pod.ts';

/** One run of a program that an etcd image has beside `etcd`. */
export interface ToolRun {
  readonly command: readonly [string, ...string[]];
  /** `NAME=value` each. */
  readonly environment?: readonly string[];
  /** A file of this machine that the program finds in its own root, under `name`. */
  readonly file?: { readonly path: string; readonly name: string };
  readonly deadlineMs: number;
}

/**
 * Runs a program of an image of etcd beside a member's files, whether etcd runs or not, and whatever
 * else the image lacks: in a container of its own with the volumes of the etcd container where etcd
 * has them, without network or capability. A file is streamed into that container, not onto the
 * member's disk. Gone afterwards; the run's removal finds it by its label, however far this comes.
 */
export async function runTool(
  engine: Engine,
  { sidecar, etcdName }: Pick<Pod, 'sidecar' | 'etcdName'>,
  image: EtcdImage,
  { command, environment, file, deadlineMs }: ToolRun,
): Promise<OneShotEnd> {
  const files = file && (await tarOf(file.path, file.name));
  try {
    return await docker(engine, `run ${command[0]} beside ${etcdName}`, async () => {
      const { Config } = await sidecar.inspect();
      return runOnce(engine, {
        image: image.reference,
        command,
        user: '0',
        labels: { ...Config.Labels, [labels.kind]: 'tools' },
        hostConfig: {
          VolumesFrom: [etcdName],
          SecurityOpt: ['no-new-privileges'],
          CapDrop: ['ALL'],
        },
        deadlineMs,
        ...(environment === undefined ? {} : { environment }),
        ...(files === undefined ? {} : { files }),
      });
    });
  } finally {
    files?.destroy();
  }
}

/** A tar with the one file in it, read as it is asked for: a snapshot may be larger than memory. */
async function tarOf(path: string, name: string): Promise<Readable> {
  try {
    const handle = await open(path);
    const { size } = await handle.stat();
    const tar = pack();
    const source = createReadStream(path, { fd: handle, end: Math.max(0, size - 1) });
    // A file that became shorter meanwhile is an error of the entry.
    pipeline(source, tar.entry({ name, size, mode: 0o600 }), (error) => {
      if (error) tar.destroy(error);
      else tar.finalize();
    });
    return Readable.from(tar);
  } catch (error) {
    throw new DrillError(
      `Could not read ${path}: ${messageOf(error)}. Name a file that this user may read.`,
      undefined,
      error,
    );
  }
}
