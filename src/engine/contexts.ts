import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { DrillError, messageOf } from '../errors.ts';
import { type EngineTarget, parseEndpoint } from './endpoint.ts';
import { readTls } from './tls.ts';

/** The Docker context that the user chose, or undefined for the default one. */
export function currentContext(env: NodeJS.ProcessEnv): string | undefined {
  const name = env['DOCKER_CONTEXT'] || configuredContext(env);
  return name === undefined || name === '' || name === 'default' ? undefined : name;
}

/**
 * The engine that a Docker context names. Contexts live in
 * `~/.docker/contexts/meta/<sha256 of the name>/meta.json`, their certificates in
 * `~/.docker/contexts/tls/<sha256 of the name>/docker/`.
 */
export function contextTarget(name: string, env: NodeJS.ProcessEnv): EngineTarget {
  const id = createHash('sha256').update(name).digest('hex');
  const contexts = join(configFolder(env), 'contexts');
  const metaFile = join(contexts, 'meta', id, 'meta.json');
  if (!existsSync(metaFile)) throw unknownContext(name, join(contexts, 'meta'));
  const docker = readJson(metaFile, contextSchema).Endpoints.docker;
  const tlsFolder = join(contexts, 'tls', id, 'docker');
  const tls = existsSync(tlsFolder) ? readTls(tlsFolder, !docker.SkipTLSVerify) : undefined;
  const endpoint = parseEndpoint(docker.Host, tls);
  if (endpoint === undefined) {
    throw new DrillError(
      `Docker context "${name}" names the address "${docker.Host}", which is none of unix://, tcp:// and ssh://; ` +
        'choose another with DOCKER_CONTEXT or `docker context use`',
    );
  }
  return { endpoint, source: `Docker context "${name}"` };
}

const contextSchema = z.object({
  Name: z.string(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().default(false) }),
  }),
});

const configSchema = z.object({ currentContext: z.string().optional() });

function configuredContext(env: NodeJS.ProcessEnv): string | undefined {
  const file = join(configFolder(env), 'config.json');
  return existsSync(file) ? readJson(file, configSchema).currentContext : undefined;
}

function configFolder(env: NodeJS.ProcessEnv): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] ?? homedir(), '.docker');
}

function unknownContext(name: string, metaFolder: string): DrillError {
  const folders = existsSync(metaFolder) ? readdirSync(metaFolder) : [];
  const known = folders.map(
    (id) => readJson(join(metaFolder, id, 'meta.json'), contextSchema).Name,
  );
  return new DrillError(
    `Docker context "${name}" does not exist; there are: ${['default', ...known].join(', ')}. ` +
      'Choose one with DOCKER_CONTEXT or `docker context use`',
  );
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new DrillError(`${file} cannot be read: ${messageOf(error)}`, undefined, error);
  }
}
