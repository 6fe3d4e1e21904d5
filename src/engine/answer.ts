import { hostname, release } from 'node:os';
import type Docker from 'dockerode';
import { z } from 'zod';
import { createDockerClient } from './docker-client.ts';
import type { EngineTarget } from './endpoint.ts';
import type { Engine } from './engine.ts';

export type Answer =
  | { readonly state: 'answered'; readonly engine: Engine }
  | { readonly state: 'silent'; readonly cause: Error };

/** Asks an endpoint who it is; whatever keeps it from answering within 15 s is the cause. */
export async function answer(target: EngineTarget): Promise<Answer> {
  const docker = await createDockerClient(target.endpoint);
  try {
    const info = infoSchema.parse(await withinMs(15_000, docker.info()));
    return { state: 'answered', engine: describe(docker, target, info) };
  } catch (error) {
    return { state: 'silent', cause: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The part of `GET /info` that drill reads. */
const infoSchema = z.object({
  Name: z.string(),
  ServerVersion: z.string(),
  Architecture: z.string(),
  KernelVersion: z.string(),
  CgroupVersion: z.enum(['1', '2']).default('1'),
});

type Info = z.infer<typeof infoSchema>;

function describe(docker: Docker, { endpoint, source }: EngineTarget, info: Info): Engine {
  const here =
    endpoint.kind === 'unix' || (info.Name === hostname() && info.KernelVersion === release());
  return {
    docker,
    source,
    version: info.ServerVersion,
    architecture: goArchitectures[info.Architecture] ?? info.Architecture,
    kernel: info.KernelVersion,
    cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
    location: here ? { kind: 'local' } : { kind: 'remote', address: endpoint.host },
  };
}

const goArchitectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

async function withinMs<T>(limitMs: number, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}
