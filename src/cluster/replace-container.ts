import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { DrillError, exitCode } from '../errors.ts';
import { docker, isGone } from './docker-errors.ts';

/** Follows the name of a container that another one is being made in the place of. */
const replaced = '-replaced';

/**
 * Makes another container under the name of this one, which is removed only then: whoever dies in
 * between leaves one that a heal from outside can take up (`endReplacements`).
 */
export async function replaceContainer<T>(
  engine: Engine,
  container: Docker.Container,
  create: () => Promise<T>,
): Promise<T> {
  const { Id, Name } = await docker(engine, 'look at what is replaced', () => container.inspect());
  const name = Name.slice(1);
  const old = engine.docker.getContainer(Id); // whatever it is called from now on
  const rename = (next: string): Promise<unknown> =>
    docker(engine, `rename ${name}`, () => old.rename({ name: next }));
  await rename(`${name}${replaced}`);
  let made: T;
  try {
    made = await create();
  } catch (error) {
    await rename(name);
    throw error;
  }
  await docker(engine, `remove what ${name} was`, () => old.remove({ force: true }));
  return made;
}

/**
 * Ends what `replaceContainer` was killed in the middle of: the new container stays where there is one,
 * else the old one.
 */
export async function endReplacements(engine: Engine, run: string): Promise<void> {
  const etcds = (await podsOf(engine, run)).filter(({ kind }) => kind === 'etcd');
  for (const { name, container } of etcds) {
    if (!name.endsWith(replaced)) continue;
    const own = name.slice(0, -replaced.length);
    const isMade = etcds.some((other) => other.name === own);
    await docker(engine, `end the replacement of ${own}`, () =>
      isMade ? removeOnce(container) : container.rename({ name: own }),
    );
  }
}

/**
 * Refuses a run with a member that has no etcd: nothing tells how it was started. Its runner was killed
 * while it added or removed that member, or somebody removed the container.
 */
export async function refuseBareMembers(engine: Engine, run: string): Promise<void> {
  const found = await podsOf(engine, run);
  const bare = found.find(
    ({ kind, member }) =>
      kind === 'sidecar' &&
      !found.some((other) => other.kind === 'etcd' && other.member === member),
  );
  if (!bare) return;
  throw new DrillError(
    `${bare.member} of ${run} has no etcd container: it was being added or removed when its runner was killed, or somebody removed it, and nothing tells how it was made. ` +
      `All else was healed. Remove the run: \`drill clean ${run}\`.`,
    exitCode.notRemoved,
  );
}

async function podsOf(engine: Engine, run: string) {
  const listed = await docker(engine, `find the containers of ${run}`, () =>
    engine.docker.listContainers({ all: true, filters: { label: [`${labels.run}=${run}`] } }),
  );
  return listed.map(({ Id, Names, Labels }) => ({
    container: engine.docker.getContainer(Id),
    name: Names[0]?.slice(1) ?? '',
    kind: Labels[labels.kind],
    member: Labels[labels.member] ?? '',
  }));
}

/** Its own runner may be at it as well. */
async function removeOnce(container: Docker.Container): Promise<void> {
  await container.remove({ force: true }).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}
