import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { DrillError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { labels } from './labels.ts';

export interface OneShot {
  readonly image: string;
  /** Program and arguments; replaces the image's own entry point. */
  readonly command: readonly [string, ...string[]];
  readonly hostConfig?: Docker.HostConfig;
  /** `NAME=value` each. */
  readonly environment?: readonly string[];
  readonly user?: string;
  /** Who owns the container; a probe's of nobody's without it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A tar of what stands in the root of the container when the program starts. */
  readonly files?: Readable;
  /** A container that has not ended by then is removed, and that is an error. */
  readonly deadlineMs?: number;
  /** Its abort removes the container at once. */
  readonly signal?: AbortSignal;
}

/** What a program printed and how it ended; `output` is stdout and stderr together. */
export interface OneShotEnd {
  readonly status: number;
  readonly output: string;
}

const usualDeadlineMs = 60_000;

/**
 * Runs a program in a container of its own, to its end, and removes the container, whatever happens.
 * A program that the image does not have is the engine's error.
 */
export async function runOnce(engine: Engine, shot: OneShot): Promise<OneShotEnd> {
  const {
    command: [program, ...args],
    deadlineMs = usualDeadlineMs,
  } = shot;
  const container = await engine.docker.createContainer({
    Image: shot.image,
    Entrypoint: [program],
    Cmd: args,
    ...(shot.environment === undefined ? {} : { Env: [...shot.environment] }),
    ...(shot.user === undefined ? {} : { User: shot.user }),
    // One stream without frames.
    Tty: true,
    Labels: shot.labels ?? { [labels.kind]: 'probe' },
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: {} },
      ...shot.hostConfig,
    },
  });
  const late = AbortSignal.timeout(deadlineMs);
  const abortSignal = shot.signal === undefined ? late : AbortSignal.any([late, shot.signal]);
  try {
    if (shot.files) await put(container, shot.files, abortSignal);
    await container.start({ abortSignal });
    const { StatusCode: status } = (await container.wait({ abortSignal })) as {
      StatusCode: number;
    };
    // As a stream: the client would read a whole answer that looks like JSON as JSON.
    const log = await container.logs({ stdout: true, stderr: true, follow: true });
    return { status, output: (await text(log)).replaceAll('\r\n', '\n') };
  } catch (error) {
    shot.signal?.throwIfAborted();
    if (!late.aborted) throw error;
    throw new DrillError(
      `\`${program}\` in a container of ${shot.image} did not end within ${deadlineMs} ms: is the machine overloaded? Compare \`drill doctor\`.`,
      undefined,
      error,
    );
  } finally {
    await container.remove({ force: true });
  }
}

/** A source that fails leaves the engine waiting for the rest: that ends the request as well. */
async function put(container: Docker.Container, files: Readable, late: AbortSignal): Promise<void> {
  const failed = new AbortController();
  files.once('error', (error) => failed.abort(error));
  try {
    const abortSignal = AbortSignal.any([late, failed.signal]);
    await container.putArchive(files, { path: '/', abortSignal });
  } catch (error) {
    throw failed.signal.aborted ? (failed.signal.reason as Error) : error;
  }
}
