import { engineErrorText } from '../engine/engine-error.ts';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import { DrillError } from '../errors.ts';
import { followProgress } from '../engine/progress.ts';
import type { ImageContext, Offer } from './etcd-image.ts';
import { knownVersion } from './known-versions.ts';
import { lastFailure, rememberFailure } from './registry-failures.ts';

/**
 * An image by its reference, pulled where the engine does not have it, and pinned: containers are
 * made from the digest (or the id, of an image that never saw a registry), so a tag that moves
 * during a run changes nothing.
 */
export async function fromRegistry(context: ImageContext, reference: string): Promise<Offer> {
  const { engine } = context;
  const here = await inspect(engine, reference);
  if (here !== undefined) return offer(engine, reference, here);
  try {
    await pull(context, reference);
  } catch (error) {
    return { state: 'absent', reason: engineErrorText(error) };
  }
  const pulled = await inspect(engine, reference);
  if (pulled !== undefined) return offer(engine, reference, pulled);
  return { state: 'absent', reason: `${reference} was pulled but is not on the engine` };
}

/** As `fromRegistry`, but a registry that just failed is not asked again. */
export async function fromPublished(context: ImageContext, reference: string): Promise<Offer> {
  const here = await inspect(context.engine, reference);
  if (here !== undefined) return offer(context.engine, reference, here);
  const failure = await lastFailure(context.engine, reference);
  if (failure !== undefined) return { state: 'absent', reason: failure };
  const result = await fromRegistry(context, reference);
  if (result.state === 'absent') await rememberFailure(context.engine, reference, result.reason);
  return result;
}

interface Inspected {
  readonly id: string;
  readonly digests: readonly string[];
}

async function inspect(engine: Engine, reference: string): Promise<Inspected | undefined> {
  try {
    const { Id: id, RepoDigests: digests } = await engine.docker.getImage(reference).inspect();
    return { id, digests: digests ?? [] };
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404)
      return undefined;
    throw error;
  }
}

async function offer(
  engine: Engine,
  reference: string,
  { id, digests }: Inspected,
): Promise<Offer> {
  const repository = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const pinned = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? id;
  const source = `registry:${reference}`;
  try {
    const version = await knownVersion(engine, id);
    const image: EtcdImage = { reference: pinned, version, source };
    return { state: 'image', image };
  } catch (error) {
    return { state: 'absent', reason: engineErrorText(error) };
  }
}

/**
 * A registry that is silent for 10 s, before or between two events, counts as not there. The step
 * is announced when the registry has the image: to ask and be refused is no step.
 */
async function pull({ engine, announce }: ImageContext, reference: string): Promise<void> {
  const silence = new AbortController();
  const limitMs = 10_000;
  const timer = setTimeout(() => silence.abort(), limitMs);
  try {
    const stream = await engine.docker.pull(withTag(reference), { abortSignal: silence.signal });
    stream.on('data', () => timer.refresh());
    await announce(`pull ${reference}`, () => followProgress(engine, stream));
  } catch (error) {
    if (!silence.signal.aborted) throw error;
    throw new DrillError(
      `no answer from the registry within ${limitMs / 1000} s`,
      undefined,
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Without a tag or a digest the engine would pull every tag of the repository. */
function withTag(reference: string): string {
  return /:[^/]*$|@/.test(reference) ? reference : `${reference}:latest`;
}
