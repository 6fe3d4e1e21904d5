import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine } from '../engine/engine.ts';
import { followProgress } from '../engine/progress.ts';
import { DrillError } from '../errors.ts';

/** Builds a Dockerfile that needs no other files, labels and tags it, and returns the image's id. */
export async function buildImage(
  engine: Engine,
  dockerfile: string,
  { labels, tag }: { labels: Readonly<Record<string, string>>; tag: string },
): Promise<string> {
  const context = pack();
  context.entry({ name: 'Dockerfile' }, `${dockerfile}${labelInstruction(labels)}`);
  context.finalize();
  const stream = await engine.docker.buildImage(Readable.from(context), { t: tag });
  const events = await followProgress(engine, stream);
  const id = events.findLast((event) => event.aux?.ID !== undefined)?.aux?.ID;
  if (id === undefined) {
    throw new DrillError(`the engine (${engine.source}) built ${tag} without naming its id`);
  }
  return id;
}

/** One instruction for all of them: each would be a layer. */
function labelInstruction(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `LABEL ${pairs.join(' ')}\n`;
}
