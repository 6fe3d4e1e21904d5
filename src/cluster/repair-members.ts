import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import { DrillError, exitCode } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { eventually } from '../wait.ts';
import { docker } from './docker-errors.ts';
import { checkDisks, refusesWrites } from './repair-disks.ts';
import { replaceContainer } from './replace-container.ts';
import { type Session, openSession } from './session.ts';
import { usualOptions } from './usual-options.ts';

/** A member that was not as its run left it, and what was done about it. */
export interface RepairedMember {
  readonly member: string;
  readonly done: string;
}

const startsWithinMs = 15_000;
const staysForMs = 1500;

/**
 * Brings back every member of a run that is paused, down, runs with other settings than its own, or has
 * a disk that takes no writes, and sees that its process stays up.
 */
export async function repairMembers(engine: Engine, run: string): Promise<RepairedMember[]> {
  const filters = { label: [`${labels.run}=${run}`, `${labels.kind}=etcd`] };
  const listed = await docker(engine, `find the members of ${run}`, () =>
    engine.docker.listContainers({ all: true, filters }),
  );
  const repaired = await Promise.all(
    listed.map(async ({ Id, Labels }) => {
      const member = Labels[labels.member] ?? Id;
      const done = await docker(engine, `repair ${member}`, () =>
        repair(engine, run, member, engine.docker.getContainer(Id)),
      );
      return done === undefined ? [] : [{ member, done }];
    }),
  );
  return repaired.flat();
}

async function repair(
  engine: Engine,
  run: string,
  member: string,
  container: Docker.Container,
): Promise<string | undefined> {
  const info = await container.inspect();
  if (info.State.Paused) await container.unpause();
  const usual = usualOptions(info);
  if (usual) {
    const create = (): Promise<Docker.Container> => engine.docker.createContainer(usual);
    await staysUp(engine, await replaceContainer(engine, container, create));
    return 'started again with its own settings';
  }
  if (!info.State.Running) {
    await checkDisks(engine, run, member); // an error of its disk may be what ended it
    await staysUp(engine, container);
    return 'started';
  }
  if (await refusesWrites(engine, run, member)) {
    await container.stop();
    await checkDisks(engine, run, member);
    await staysUp(engine, container);
    return 'started again with its disks checked';
  }
  return info.State.Paused ? 'resumed' : undefined;
}

/**
 * A process that ends at once was started, too. It must listen for its peers, and still run a moment
 * later: etcd listens before it finds that it was taken out of its cluster.
 */
async function staysUp(engine: Engine, container: Docker.Container): Promise<void> {
  await container.start();
  const info = await container.inspect();
  await using session = await openSidecar(engine, info);
  const subject = `An etcd in ${info.Name.slice(1)} that listens for its peers`;
  const wait = { subject, withinMs: startsWithinMs, everyMs: 100, code: exitCode.notRemoved };
  await eventually(wait, async () => {
    const listening = await session.must("ss -Hltn 'sport = 2380'");
    return listening.trim() === '' ? undefined : true;
  });
  await pause(staysForMs);
  const { State, Name } = await container.inspect();
  if (State.Running) return;
  throw new DrillError(
    `${Name.slice(1)} was started and ended again, with exit code ${State.ExitCode}: was it taken out of its cluster? See \`docker logs ${Name.slice(1)}\`.`,
    exitCode.notRemoved,
  );
}

function openSidecar(
  engine: Engine,
  { Name, HostConfig }: Docker.ContainerInspectInfo,
): Promise<Session> {
  const sidecar = engine.docker.getContainer((HostConfig.NetworkMode ?? '').split(':')[1] ?? '');
  return openSession(sidecar, `the sidecar of ${Name.slice(1)}`);
}
