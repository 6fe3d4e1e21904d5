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
 * else the old one. A member that has neither is refused: nothing tells how its etcd was started.
 */
export async function endReplacements(engine: Engine, run: string): Promise<void> {
  const listed = await docker(engine, `find the containers of ${run}`, () =>
    engine.docker.listContainers({ all: true, filters: { label: [`${labels.run}=${run}`] } }),
  );
  const found = listed.map(({ Id, Names, Labels }) => ({
    container: engine.docker.getContainer(Id),
    name: Names[0]?.slice(1) ?? '',
    kind: Labels[labels.kind],
    member: Labels[labels.member] ?? '',
  }));
  const etcds = found.filter(({ kind }) => kind === 'etcd');
  for (const { name, container } of etcds) {
    if (!name.endsWith(replaced)) continue;
    const own = name.slice(0, -replaced.length);
    const isMade = etcds.some((other) => other.name === own);
    await docker(engine, `end the replacement of ${own}`, () =>
      isMade ? removeOnce(container) : container.rename({ name: own }),
    );
  }
  const bare = found.find(
    ({ kind, member }) => kind === 'sidecar' && !etcds.some((etcd) => etcd.member === member),
  );
  if (!bare) return;
  throw new DrillError(
    `${bare.member} of ${run} has no etcd container any more: somebody removed it, and nothing tells how it was made. ` +
      `Remove the run: \`drill clean ${run}\`.`,
    exitCode.notRemoved,
  );
}

/** Its own runner may be at it as well. */
async function removeOnce(container: Docker.Container): Promise<void> {
  await container.remove({ force: true }).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}
