import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { docker, isGone } from './docker-errors.ts';
import type { Pod } from './pod.ts';
import { type Session, openSession } from './session.ts';

/**
 * Lends a member's files while `use` runs, whether etcd runs or not: a shell in a container of its
 * own, with the volumes of the etcd container where etcd has them (`/data/etcd`, and `/wal/etcd`
 * where the log has its own disk), no network and no capability. Gone afterwards, and by itself when
 * whoever was lent them dies, so that the disks are unmounted when etcd ends.
 */
export async function withMemberFiles<T>(
  engine: Engine,
  { sidecar, etcdName }: Pick<Pod, 'sidecar' | 'etcdName'>,
  use: (files: Session) => Promise<T>,
): Promise<T> {
  const name = `${etcdName}-files`;
  // Made as the sidecar was; the run's removal finds it by its label, however far this comes.
  const container = await docker(engine, `create ${name}`, async () => {
    const { Config } = await sidecar.inspect();
    return engine.docker.createContainer({
      name,
      Image: Config.Image,
      Entrypoint: ['sh', '-c', whileUsed],
      Labels: { ...Config.Labels, [labels.kind]: 'tools' },
      HostConfig: {
        AutoRemove: true,
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Tmpfs: { '/run': '' },
        VolumesFrom: [etcdName],
        SecurityOpt: ['no-new-privileges'],
        CapDrop: ['ALL'],
      },
    });
  });
  try {
    await docker(engine, `start ${name}`, () => container.start());
    await using session = await openSession(container, name);
    await session.must(`: >${opened}`);
    return await use(session);
  } finally {
    await docker(engine, `remove ${name}`, () =>
      container.remove({ force: true }).catch((error: unknown) => {
        if (!isGone(error)) throw error; // it never started, or its shell ended
      }),
    );
  }
}

/** Is there once the shell was opened. */
const opened = '/run/opened';

/** A busy engine takes its time to open the shell. */
const openedWithinS = 60;

/** Ends when no other process is left in the container: the shell ends with whoever opened it. */
const whileUsed = `
waited=0
while sleep 1; do
  set -- /proc/[0-9]*
  waited=$((waited + 1))
  [ $# -gt 1 ] || { [ ! -e ${opened} ] && [ $waited -lt ${openedWithinS} ]; } || exit
done`;
