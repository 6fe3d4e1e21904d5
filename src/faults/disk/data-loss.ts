import { choice } from '../../parameters.ts';
import { type Damage, FaultUnproved, type PreparedDamage } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { type FileOwner, byHandOnFiles } from './member-file.ts';

/** A member whose disk can be lost. */
export interface LosingMember extends FileOwner {
  kill(): Promise<void>;
}

export interface DataLossOptions {
  /** Whether etcd is killed as well (default), or goes on with files that have no name any more. */
  readonly process?: 'killed' | 'left';
}

/**
 * Takes members' disks away with all that is on them: etcd is killed, and its data directory and
 * write-ahead log are gone for good. The members stay down; the disk that they find when they are
 * started again is empty. Proved by looking for a file there.
 */
export function dataLoss(
  members: readonly LosingMember[],
  { process = 'killed' }: DataLossOptions = {},
): Damage {
  const what = process === 'killed' ? 'the disk' : 'the data directory';
  return {
    name: 'data-loss',
    title: `lose ${what} of ${members.map(({ name }) => name).join(', ')}`,
    undo: 'irreversible',
    targets: members,
    parameters: { process },
    prepare: () => Promise.resolve(prepare(members, process)),
  };
}

export const dataLossKind = faultKind({
  name: 'data-loss',
  family: 'disk',
  summary: 'Kills members and removes all their data.',
  undo: 'irreversible',
  needs: 'no capability: a container of its own with the volumes of the member',
  parameters: {
    process: choice(['killed', 'left'], 'killed', 'what becomes of etcd'),
  },
  build: ({ targets }, { process }) => dataLoss(targets, { process }),
});

const places = '/data/etcd /wal/etcd';
const remove = `rm -rf ${places}`;

function prepare(members: readonly LosingMember[], process: 'killed' | 'left'): PreparedDamage {
  const killed = process === 'killed' ? members : [];
  return {
    async inject() {
      await Promise.all(killed.map((member) => member.kill()));
      await Promise.all(members.map(({ files }) => files((shell) => shell.must(remove, 30_000))));
    },
    prove: () => Promise.all(members.map(provenGone)),
    commands: {
      inject: [
        ...killed.map(({ etcdContainer }) => `docker kill ${etcdContainer}`),
        ...members.map((member) => byHandOnFiles(member, remove)),
      ],
      heal: [],
    },
  };
}

async function provenGone({ name, files }: LosingMember): Promise<string> {
  const found = await files((shell) => shell.must(`find ${places} 2>/dev/null | head -n 1; true`));
  if (found.trim() !== '') throw new FaultUnproved(`${name} still has ${found.trim()}`);
  return `nothing is left of ${places.replace(' ', ' and ')} of ${name}`;
}
