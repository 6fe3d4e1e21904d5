import { basename } from 'node:path';
import { DrillError, exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type Damage, type FaultTarget, FaultUnproved, type PreparedDamage } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { type DiskOwner, type OwnDisk, ownDisk } from './own-disk.ts';

/** A member whose power can be cut. */
export interface PoweredMember extends DiskOwner {
  readonly etcdContainer: string;
  kill(): Promise<void>;
}

/**
 * Cuts the power of members at one moment: what they had written and not synced is gone, in every
 * file on their disks. The file systems are shut down without a flush of their journals
 * (EXT4_IOC_SHUTDOWN), etcd is killed, and the disks are unmounted, so that the journals are replayed
 * as after a real power loss. The members stay down; `start` brings the power back.
 *
 * Proved by a file written right before the cut and never synced: while its content is there, nothing
 * was lost.
 */
export function powerLoss(members: readonly PoweredMember[]): Damage {
  const disks = members.flatMap(disksOf);
  const [first] = disks;
  if (!first) throw new DrillError('The power of no member at all cannot be cut: name one.');
  const names = members.map(({ name }) => name).join(', ');
  return {
    name: 'power-loss',
    title: `cut the power of ${names}`,
    undo: 'irreversible',
    targets: [...new Map(disks.map(({ target }) => [target.name, target])).values()],
    parameters: {},
    prepare: (id) => Promise.resolve(prepare(id, members, disks, first.target)),
  };
}

export const powerLossKind = faultKind({
  name: 'power-loss',
  family: 'disk',
  summary: 'Cuts the power of members at one moment: what they had not synced is gone.',
  undo: 'irreversible',
  needs: 'disks of their own for the members (SYS_ADMIN in the helper)',
  parameters: {},
  build: ({ targets }) => powerLoss(targets),
});

/** The disks that a member loses with its power; its data must lie on one. */
function disksOf(member: PoweredMember): OwnDisk[] {
  const data = ownDisk('power-loss', member);
  return member.walDisk === undefined ? [data] : [data, ownDisk('power-loss', member, 'wal')];
}

/** EXT4_IOC_SHUTDOWN, and its flag for a file system that flushes nothing, not even its journal. */
const shutdown = { request: '0x8004587d', noLogFlush: 2 };

/** Writes the canaries and shuts all file systems down in one process: microseconds apart. */
const cutThePower = `perl -e '
my $canary = shift;
my @disks = map { open my $root, "<", $_ or die "$_: $!\\n"; $root } @ARGV;
for (@ARGV) { open my $file, ">", "$_/$canary" or die "$_: $!\\n"; print $file "not synced"; close $file or die "$_: $!\\n" }
for (@disks) { my $how = pack("L", ${shutdown.noLogFlush}); ioctl $_, ${shutdown.request}, $how or die "shutdown: $!\\n" }'`;

const unmountsWithinMs = 20_000;

function prepare(
  id: string,
  members: readonly PoweredMember[],
  disks: readonly OwnDisk[],
  target: FaultTarget,
): PreparedDamage {
  const { session } = target;
  const canary = `.drill-${id}`;
  const mountPoint = (index: number): string => `/tmp/${id}-${index}`;
  const mounts = disks.map((disk, index) => mount(disk, mountPoint(index))).join(' && ');
  const places = disks.map((_, index) => mountPoint(index)).join(' ');
  const cut = `${mounts} && ${cutThePower} ${canary} ${places}
code=$?; umount ${places}; exit $code`;
  return {
    async inject() {
      await session.must(cut);
      await Promise.all(members.map((member) => member.kill()));
    },
    async prove() {
      const evidence: string[] = [];
      for (const [index, disk] of disks.entries())
        evidence.push(await proveLost(disk, mountPoint(index), canary));
      return evidence;
    },
    commands: {
      inject: [
        byHand(target, cut),
        `docker kill ${members.map(({ etcdContainer }) => etcdContainer).join(' ')}`,
      ],
      heal: [`docker start ${members.map(({ etcdContainer }) => etcdContainer).join(' ')}`],
    },
  };
}

/** One more mount, the helper's own, of the file system that etcd uses. */
const mount = ({ device }: OwnDisk, at: string): string =>
  `mkdir -p ${at} && mount -t ext4 -o noatime ${device} ${at}`;

/** Mounts a disk for the first time since the cut, which replays its journal, and looks for the canary. */
async function proveLost(disk: OwnDisk, at: string, canary: string): Promise<string> {
  const { title, session } = disk;
  const device = (await session.must(`echo ${disk.device}`)).trim();
  await eventually(
    {
      subject: `The end of the last mount of the ${title}, ${device},`,
      withinMs: unmountsWithinMs,
      code: exitCode.couldNotRun,
    },
    async () => {
      const mounted = await session.run(`[ -e /sys/fs/ext4/${basename(device)} ]`);
      return mounted.code === 0 ? undefined : true;
    },
  );
  const { code } = await session.run(`dumpe2fs -h ${device} 2>/dev/null | grep -q needs_recovery`);
  if (code !== 0)
    throw new FaultUnproved(`the ${title} was unmounted cleanly, with nothing to replay`);
  const left = await session.must(
    `${mount(disk, at)} && { cat ${at}/${canary} 2>/dev/null; rm -f ${at}/${canary}; umount ${at}; }`,
  );
  if (left !== '')
    throw new FaultUnproved(`what was written to the ${title} and not synced survived`);
  return `a file written to the ${title} right before the cut is gone, after its journal was replayed`;
}
