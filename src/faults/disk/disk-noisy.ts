import { DrillError, exitCode, messageOf } from '../../errors.ts';
import { flag, integer } from '../../parameters.ts';
import { eventually } from '../../wait.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { blockLimits } from './block-limits.ts';
import type { ThrottledMember } from './disk-throttle.ts';
import { bounded, mounted } from './mounted.ts';
import { type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';
import { refuseBeside, undoOn } from './stacking.ts';

export interface DiskNoisyOptions extends OnDisk {
  /** Processes that write and sync, each without a pause. */
  readonly writers?: number;
  /** Whether what limits etcd on this disk (`diskThrottle`) limits them together: one budget for all. */
  readonly sharingLimits?: boolean;
}

const fileBytes = 8 * 1024 * 1024;
/** A disk that is slow by itself, or made so, takes a while for each. */
const syncsWithinMs = 5000;

/**
 * A noisy neighbour: others write to the member's disk and sync what they wrote, again and again, in
 * the same file system. What etcd syncs waits behind theirs: requests share the device, and syncs the
 * file system's journal. They run in the helper, on files of 8 MB each.
 */
export function diskNoisy(
  member: ThrottledMember,
  { disk: use = 'data', writers = 2, sharingLimits = false }: DiskNoisyOptions = {},
): HealableFault {
  const disk = ownDisk('disk-noisy', member, use);
  return {
    name: 'disk-noisy',
    title: `let ${writers} ${writers === 1 ? 'other writer' : 'other writers'} at the ${disk.title}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use, writers, sharingLimits },
    async prepare(id) {
      await refuseBeside('disk-noisy', disk, 'writes');
      if (!sharingLimits) return prepare(id, disk, writers, '');
      const { containerId } = await member.process();
      return prepare(id, disk, writers, blockLimits(disk.device, containerId));
    },
  };
}

export const diskNoisyKind = faultKind({
  name: 'disk-noisy',
  family: 'disk',
  summary: 'Lets other processes write and sync on the disk of a member.',
  undo: 'leased',
  needs: 'a disk of its own for the member (SYS_ADMIN in the helper)',
  parameters: {
    disk: diskChoice,
    writers: integer({ min: 1, max: 16 }, 2, 'processes that write and sync'),
    'sharing-limits': flag(false, "whether etcd's limits on this disk are theirs, too"),
  },
  build: ({ targets }, { disk, writers, 'sharing-limits': sharingLimits }) =>
    diskNoisy(onlyOne('disk-noisy', targets), { disk, writers, sharingLimits }),
});

/** Each writer counts its syncs in a file of its own, so that they are seen to go on. */
const writer = `use IO::Handle; my ($file, $count, $bytes) = @ARGV;
open(my $out, "+<", $file) or die "$file: $!"; open(my $counter, ">", $count) or die "$count: $!";
my $block = "x" x 262144; my $syncs = 0;
while (1) {
  sysseek($out, ($syncs * 262144) % $bytes, 0);
  syswrite($out, $block) == 262144 && $out->sync or die "$file: $!";
  sysseek($counter, 0, 0); syswrite($counter, ++$syncs);
}`;

/** `findCgroup` sets `$cg`, the cgroup that the writers join; they stay in the helper's without it. */
function prepare(id: string, disk: OwnDisk, writers: number, findCgroup: string): PreparedFault {
  const { title, target, device } = disk;
  const { session } = target;
  // A mount of its own: the writers hold it for as long as they run.
  const at = `/tmp/${id}.noisy`;
  const each = Array.from({ length: writers }, (_, index) => index + 1).join(' ');
  const inject = bounded(
    id,
    `${findCgroup}
mkdir -p ${at} && mount -t ext4 -o noatime ${device} ${at} || exit 1
for n in ${each}; do fallocate -l ${fileBytes} ${at}/.drill-${id}-$n || exit 1; done
for n in ${each}; do
  ( [ -z "$cg" ] || sh -c 'echo $PPID >"$0/cgroup.procs"' "$cg" || exit 1
  exec perl -e '${writer}' ${at}/.drill-${id}-$n /tmp/${id}.count-$n ${fileBytes} ) >/dev/null 2>&1 </dev/null & echo $! >>/tmp/${id}.pids
done`,
  );
  // Synced: after a crash, what nobody had synced would be there again.
  const undo = bounded(
    `${id}-undo`,
    `[ -e /tmp/${id}.pids ] && kill -9 $(cat /tmp/${id}.pids) 2>/dev/null
rm -f /tmp/${id}.pids /tmp/${id}.count-*
for try in $(seq 100); do
  grep -q ' ${at} ' /proc/mounts || break
  rm -f ${at}/.drill-${id}-*; sync -f ${at} 2>/dev/null; umount ${at} 2>/dev/null || sleep 0.05
done
[ ! -e ${at} ] || rmdir ${at}`,
  );
  /** How often each writer that lives has synced. */
  const counts = async (): Promise<number[]> => {
    const { stdout } = await session.run(
      `for n in ${each}; do kill -0 "$(sed -n "$n"p /tmp/${id}.pids)" && echo "$(cat /tmp/${id}.count-$n)."; done`,
    );
    return stdout.split('\n').filter(Boolean).map(Number);
  };
  let seen = 0;
  const writeOn = async (atLeast: number): Promise<number> => {
    const look = async () => {
      const now = await counts();
      const done = now.length < writers || sum(now) >= atLeast;
      return done ? now : undefined;
    };
    const wait = { subject: `A sync of the writers at the ${title}`, withinMs: syncsWithinMs };
    const now = await eventually({ ...wait, code: exitCode.inconclusive }, look).catch(
      (error: unknown) => {
        throw new FaultUnproved(messageOf(error));
      },
    );
    if (now.length < writers)
      throw new FaultUnproved(`${now.length} of ${writers} writers at the ${title} were writing`);
    return (seen = sum(now));
  };
  return {
    undoScripts: new Map([[target, undoOn(disk, 'writes', undo)]]),
    inject: async () => void (await session.must(inject)),
    async prove() {
      return [`${writers} writers at the ${title} made ${await writeOn(1)} syncs of 256 kB so far`];
    },
    async stillBites(look) {
      // The last look may follow the one before it at once.
      await writeOn(look === 'last' ? seen : seen + 1);
    },
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const left = await session.must(
        `grep ' ${at} ' /proc/mounts; ls /tmp/${id}.pids 2>/dev/null; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -o '${at}/[.]drill-${id}-[0-9]*'; true`,
      );
      if (left !== '') throw new DrillError(`the writers at the ${title} left ${left.trim()}`);
      return [`no writer is at the ${title} any more, and its mount is gone`];
    },
    commands: {
      inject: [byHand(target, inject)],
      heal: [
        byHand(target, undo),
        byHand(target, mounted(id, disk, `rm -f "$at"/.drill-${id}-* && sync -f "$at"`)),
      ],
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
