import { DrillError, exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type Damage, type FaultTarget, FaultUnproved, type PreparedDamage } from '../fault.ts';
import { faultKind } from '../kind.ts';
import type { DiskOwner } from './own-disk.ts';
import { mountDisk } from './own-mount.ts';

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

interface OwnedDisk {
  readonly target: FaultTarget;
  readonly image: string;
}

function disksOf({ name, address, disk, walDisk }: PoweredMember): OwnedDisk[] {
  if (disk === undefined) {
    throw new DrillError(
      `${name} has no disk of its own whose power could be cut: give the cluster some, \`disks: { data: 400 * 1024 * 1024 }\`.`,
    );
  }
  return [disk, ...(walDisk === undefined ? [] : [walDisk])].map(
    ({ container, session, image }) => ({ target: { name, address, container, session }, image }),
  );
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
  disks: readonly OwnedDisk[],
  target: FaultTarget,
): PreparedDamage {
  const { session } = target;
  const canary = `.drill-${id}`;
  const mounts = disks.map(({ image }, index) => ({ image, at: `/tmp/${id}-${index}` }));
  const places = mounts.map(({ at }) => at).join(' ');
  const cut = `${mounts.map(({ image, at }) => mountDisk(image, at)).join(' && ')} && ${cutThePower} ${canary} ${places}
code=$?; umount ${places}; exit $code`;
  return {
    async inject() {
      await session.must(cut);
      await Promise.all(members.map((member) => member.kill()));
    },
    async prove() {
      const evidence: string[] = [];
      for (const [index, { target: owner, image }] of disks.entries())
        evidence.push(await proveLost(owner, image, `/tmp/${id}-${index}`, canary));
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

/** Mounts a disk for the first time since the cut, which replays its journal, and looks for the canary. */
async function proveLost(
  { name, session }: FaultTarget,
  image: string,
  at: string,
  canary: string,
): Promise<string> {
  const device = (await session.must(`losetup -j ${image} | cut -d: -f1`)).trim();
  await eventually(
    {
      subject: `The end of the last mount of ${name}'s disk ${device}`,
      withinMs: unmountsWithinMs,
      code: exitCode.couldNotRun,
    },
    async () => {
      const mounted = await session.run(`[ -e /sys/fs/ext4/${device.replace('/dev/', '')} ]`);
      return mounted.code === 0 ? undefined : true;
    },
  );
  const { code } = await session.run(`dumpe2fs -h ${device} 2>/dev/null | grep -q needs_recovery`);
  if (code !== 0)
    throw new FaultUnproved(`the disk of ${name} was unmounted cleanly, with nothing to replay`);
  const left = await session.must(
    `${mountDisk(image, at)} && { cat ${at}/${canary} 2>/dev/null; rm -f ${at}/${canary}; umount ${at}; }`,
  );
  if (left !== '')
    throw new FaultUnproved(`what was written to the disk of ${name} and not synced survived`);
  return `a file written to the disk of ${name} right before the cut is gone, after its journal was replayed`;
}
