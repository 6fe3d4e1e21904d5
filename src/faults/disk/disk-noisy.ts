import { DrillError } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { bounded, mounted } from './mounted.ts';
import { type DiskOwner, type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';

export interface DiskNoisyOptions extends OnDisk {
  /** Processes that write and sync, each without a pause. */
  readonly writers?: number;
}

const fileBytes = 8 * 1024 * 1024;

/**
 * A noisy neighbour: others write to the member's disk and sync what they wrote, again and again, in
 * the same file system. What etcd syncs waits behind theirs: requests share the device, and syncs the
 * file system's journal. They run in the helper, on files of 8 MB each.
 */
export function diskNoisy(
  member: DiskOwner,
  { disk: use = 'data', writers = 2 }: DiskNoisyOptions = {},
): HealableFault {
  const disk = ownDisk('disk-noisy', member, use);
  return {
    name: 'disk-noisy',
    title: `let ${writers} ${writers === 1 ? 'other writer' : 'other writers'} at the ${disk.title}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use, writers },
    prepare: (id) => Promise.resolve(prepare(id, disk, writers)),
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
  },
  build: ({ targets }, { disk, writers }) =>
    diskNoisy(onlyOne('disk-noisy', targets), { disk, writers }),
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

function prepare(id: string, disk: OwnDisk, writers: number): PreparedFault {
  const { title, target, device } = disk;
  const { session } = target;
  // A mount of its own: the writers hold it for as long as they run.
  const at = `/tmp/${id}.noisy`;
  const each = Array.from({ length: writers }, (_, index) => index + 1).join(' ');
  const inject = bounded(
    id,
    `mkdir -p ${at} && mount -t ext4 -o noatime ${device} ${at} || exit 1
for n in ${each}; do fallocate -l ${fileBytes} ${at}/.drill-${id}-$n || exit 1; done
for n in ${each}; do
  perl -e '${writer}' ${at}/.drill-${id}-$n /tmp/${id}.count-$n ${fileBytes} >/dev/null 2>&1 </dev/null & echo $! >>/tmp/${id}.pids
done`,
  );
  const undo = bounded(
    `${id}-undo`,
    `[ -e /tmp/${id}.pids ] && kill -9 $(cat /tmp/${id}.pids) 2>/dev/null
rm -f /tmp/${id}.pids /tmp/${id}.count-*
for try in $(seq 100); do
  grep -q ' ${at} ' /proc/mounts || break
  rm -f ${at}/.drill-${id}-*; umount ${at} 2>/dev/null || sleep 0.05
done
[ ! -e ${at} ] || rmdir ${at}`,
  );
  const syncs = async (): Promise<number> => {
    const { stdout } = await session.run(
      `for n in ${each}; do kill -0 "$(sed -n "$n"p /tmp/${id}.pids)" && cat /tmp/${id}.count-$n && echo; done`,
    );
    const counts = stdout.split('\n').filter((line) => line !== '');
    if (counts.length < writers)
      throw new FaultUnproved(
        `${counts.length} of ${writers} writers at the ${title} were writing`,
      );
    return counts.reduce((sum, count) => sum + Number(count), 0);
  };
  let seen = 0;
  const proveWriting = async (): Promise<string> => {
    const before = seen;
    seen = await syncs();
    if (seen > before) return `${seen - before} syncs of 256 kB`;
    throw new FaultUnproved(`the writers at the ${title} are stuck at ${seen} syncs`);
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(inject)),
    async prove() {
      await session.must('sleep 0.5');
      return [`${writers} writers at the ${title} made ${await proveWriting()} in half a second`];
    },
    async stillBites(look) {
      // The last look may follow the one before it at once.
      if (look === 'last') await syncs();
      else await proveWriting();
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
      heal: [byHand(target, undo), byHand(target, mounted(id, disk, `rm -f "$at"/.drill-${id}-*`))],
    },
  };
}
