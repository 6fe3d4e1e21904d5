import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import type { Engine } from './engine.ts';
import { labels } from './labels.ts';

export interface OneShot {
  readonly image: string;
  /** Program and arguments; replaces the image's own entry point. */
  readonly command: readonly [string, ...string[]];
  readonly hostConfig?: Docker.HostConfig;
}

/**
 * Runs a program in a container of its own, to its end, and removes the container. `output` is
 * stdout and stderr together. A program that the image does not have is the engine's error.
 */
export async function runOnce(
  engine: Engine,
  { image, command: [program, ...args], hostConfig }: OneShot,
): Promise<{ status: number; output: string }> {
  const container = await engine.docker.createContainer({
    Image: image,
    Entrypoint: [program],
    Cmd: args,
    // One stream without frames.
    Tty: true,
    Labels: { [labels.kind]: 'probe' },
    HostConfig: {
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: {} },
      ...hostConfig,
    },
  });
  try {
    await container.start();
    const { StatusCode: status }: { StatusCode: number } = await container.wait();
    // As a stream: the client would read a whole answer that looks like JSON as JSON.
    const log = await container.logs({ stdout: true, stderr: true, follow: true });
    return { status, output: (await text(log)).replaceAll('\r\n', '\n') };
  } finally {
    await container.remove({ force: true });
  }
}
