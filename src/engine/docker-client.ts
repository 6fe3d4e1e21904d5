import { type Agent, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type Docker from 'dockerode';
import type { Endpoint } from './endpoint.ts';
import { SshAgent } from './ssh-agent.ts';

/** A Docker API client for an endpoint; it connects with the first request. */
export async function createDockerClient(endpoint: Endpoint): Promise<Docker> {
  // Its import costs 180 ms: commands that need no engine do not pay it.
  const { default: DockerClient } = await import('dockerode');
  const options: ClientOptions = { ...withoutEnvironment, ...clientOptions(endpoint) };
  return new DockerClient(options);
}

interface ClientOptions {
  readonly socketPath?: string | undefined;
  readonly protocol?: 'http' | 'https';
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly agent?: Agent;
}

/** dockerode reads DOCKER_HOST and DOCKER_CERT_PATH by itself; what is chosen here is final. */
const withoutEnvironment = {
  host: undefined,
  port: undefined,
  protocol: 'http',
  pathPrefix: '/',
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
} as const;

function clientOptions(endpoint: Endpoint): ClientOptions {
  switch (endpoint.kind) {
    case 'unix':
      return { socketPath: endpoint.socketPath };
    case 'ssh':
      return { host: 'engine', port: 80, agent: new SshAgent(endpoint.destination) };
    case 'tcp': {
      const { host, port, tls } = endpoint;
      if (tls === undefined) return { host, port, agent: new HttpAgent({ keepAlive: true }) };
      const { verify, ...files } = tls;
      const agent = new HttpsAgent({ ...files, rejectUnauthorized: verify, keepAlive: true });
      return { protocol: 'https', host, port, agent };
    }
  }
}
