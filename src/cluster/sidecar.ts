import { isIP } from 'node:net';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { DrillError } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { docker } from './docker-errors.ts';
import { leaseHolder } from './lease-holder.ts';
import { type RunIdentity, labelsFor, nameOf } from './naming.ts';
import { type Session, openSession } from './session.ts';

/**
 * The half of a pod that outlives etcd: network namespace, address, published client port, rules.
 * Never restarted (etcd would go on, unreachable) and without etcd's volume (it would keep the file
 * system mounted).
 */
export interface Sidecar {
  readonly container: Docker.Container;
  readonly session: Session;
  /** On the run's own network; where peers reach the member. */
  readonly address: string;
  /** `host:port` where this machine reaches the member's client port, for the life of the pod. */
  readonly clientAddress: string;
}

export async function startSidecar(
  engine: Engine,
  identity: RunIdentity,
  toolbox: string,
  { name: member, zone }: { readonly name: string; readonly zone: string | undefined },
  publish: string | undefined,
  log: Logger,
): Promise<Sidecar> {
  const bind = publishAddress(engine, publish);
  const name = nameOf(identity, `${member}-net`);
  const container = await docker(engine, `start ${name}`, async () => {
    const created = await engine.docker.createContainer({
      name,
      Hostname: member,
      Image: toolbox,
      Entrypoint: ['sh', '-c', leaseHolder],
      Labels: {
        ...labelsFor(identity, 'sidecar', member),
        ...(zone === undefined ? {} : { [labels.zone]: zone }),
      },
      ExposedPorts: { '2379/tcp': {} },
      HostConfig: {
        NetworkMode: nameOf(identity, 'net'),
        PortBindings: { '2379/tcp': [{ HostIp: bind, HostPort: '' }] },
        ReadonlyRootfs: true,
        Tmpfs: { '/run': '', '/tmp': '' },
        SecurityOpt: ['no-new-privileges'],
        CapDrop: ['ALL'],
        CapAdd: ['NET_ADMIN'],
      },
    });
    await created.start();
    return created;
  });
  return reachSidecar(engine, identity, member, container, log);
}

/** Opens the shell of a running sidecar and reads where its member is reached. */
export async function reachSidecar(
  engine: Engine,
  identity: RunIdentity,
  member: string,
  container: Docker.Container,
  log?: Logger,
): Promise<Sidecar> {
  const name = nameOf(identity, `${member}-net`);
  const [session, info] = await Promise.all([
    openSession(container, `the sidecar of ${member}`, log),
    docker(engine, `inspect ${name}`, () => container.inspect()),
  ]);
  const address = info.NetworkSettings.Networks[nameOf(identity, 'net')]?.IPAddress;
  const published = info.NetworkSettings.Ports['2379/tcp']?.[0];
  if (!address || !published) {
    throw new DrillError(
      `${name} has no address or published port: it ended at once (${info.State.Error || info.State.Status}).`,
    );
  }
  const host = engine.location.kind === 'local' ? published.HostIp : engine.location.address;
  return { container, session, address, clientAddress: `${host}:${published.HostPort}` };
}

/** Nothing is published beyond loopback unless an address is named; a remote engine needs one. */
export function publishAddress(engine: Engine, publish: string | undefined): string {
  if (publish !== undefined) {
    if (isIP(publish) !== 0) return publish;
    throw new DrillError(
      `\`--publish\` is "${publish}": expected an IP address of the engine's host, for example "127.0.0.1".`,
    );
  }
  if (engine.location.kind === 'local') return '127.0.0.1';
  throw new DrillError(
    `The Docker Engine (${engine.source}) runs on another host, where ports published on loopback ` +
      'cannot be reached from here: name an address of that host with `--publish ADDRESS`.',
  );
}
