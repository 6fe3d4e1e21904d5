import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DrillError } from '../errors.ts';
import { contextTarget, currentContext } from './contexts.ts';
import { type EngineTarget, parseEndpoint } from './endpoint.ts';
import { readTls } from './tls.ts';

/**
 * Where to look for an engine. `asked` is the one place that the user named, by `DOCKER_HOST` or a
 * Docker context: no other may serve. `default` lists the usual sockets, to be tried in order.
 */
export type Targets =
  | { readonly kind: 'asked'; readonly target: EngineTarget }
  | { readonly kind: 'default'; readonly candidates: readonly EngineTarget[] };

/** Reads the environment as the `docker` command does: `DOCKER_HOST` wins over any context. */
export function engineTargets(env: NodeJS.ProcessEnv): Targets {
  if (env['DOCKER_HOST']) return { kind: 'asked', target: hostTarget(env['DOCKER_HOST'], env) };
  const context = currentContext(env);
  if (context !== undefined) return { kind: 'asked', target: contextTarget(context, env) };
  return { kind: 'default', candidates: defaultSockets(env) };
}

function hostTarget(host: string, env: NodeJS.ProcessEnv): EngineTarget {
  const secured = Boolean(env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS']);
  const tls = secured
    ? readTls(certificateFolder(env), Boolean(env['DOCKER_TLS_VERIFY']))
    : undefined;
  const endpoint = parseEndpoint(host, tls);
  if (endpoint === undefined) {
    throw new DrillError(
      `DOCKER_HOST=${host} is no address of an engine; ` +
        'expected unix:///path/to/docker.sock, tcp://host:port or ssh://user@host',
    );
  }
  return { endpoint, source: `DOCKER_HOST=${host}` };
}

function certificateFolder(env: NodeJS.ProcessEnv): string {
  return (
    env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || join(env['HOME'] ?? homedir(), '.docker')
  );
}

function defaultSockets(env: NodeJS.ProcessEnv): EngineTarget[] {
  const home = env['HOME'] ?? homedir();
  const paths = [
    '/var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
  ];
  return paths
    .filter((path) => existsSync(path))
    .map((socketPath) => ({ endpoint: { kind: 'unix', socketPath }, source: socketPath }));
}
