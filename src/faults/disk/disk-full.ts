import { DrillError } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { bounded, mounted } from './mounted.ts';
import { type DiskOwner, type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';
import { refuseBeside, undoOn } from './stacking.ts';

export interface DiskFullOptions extends OnDisk {
  /** Space that is left; none unless given. */
  readonly freeBytes?: number;
}

/** What etcd may free, or a block group keep back, without the disk being any less full. */
const slackBytes = 1024 * 1024;

/**
 * Fills a member's disk with one file, to `freeBytes` of space left. etcd ends as soon as it has to
 * grow a file (`no space left on device`) and does not start again while the disk is full; healing
 * frees the space, and whoever injected it starts the member. A disk of the write-ahead log alone
 * hides it until a segment of 64 MB is used up, because etcd allocates them ahead.
 */
export function diskFull(
  member: DiskOwner,
  { disk: use = 'data', freeBytes = 0 }: DiskFullOptions = {},
): HealableFault {
  const disk = ownDisk('disk-full', member, use);
  return {
    name: 'disk-full',
    title: `fill the ${disk.title}${freeBytes === 0 ? '' : ` to ${freeBytes} bytes free`}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use, freeBytes },
    async prepare(id) {
      await refuseBeside('disk-full', disk, 'writes');
      return prepare(id, disk, freeBytes);
    },
  };
}

export const diskFullKind = faultKind({
  name: 'disk-full',
  family: 'disk',
  summary: 'Fills the disk of a member to a given free space.',
  undo: 'leased',
  needs: 'a disk of its own for the member (SYS_ADMIN in the helper)',
  parameters: {
    disk: diskChoice,
    free: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }, 0, 'bytes that are left free'),
  },
  build: ({ targets }, { disk, free }) =>
    diskFull(onlyOne('disk-full', targets), { disk, freeBytes: free }),
});

function prepare(id: string, disk: OwnDisk, freeBytes: number): PreparedFault {
  const { title, target } = disk;
  const ballast = `"$at/.drill-${id}"`;
  const within = (body: string): string => bounded(id, mounted(id, disk, body));
  const fill = within(`${freeSpace}
size=0 chunk=${1024 ** 3}
while [ $chunk -ge "$block" ]; do
  if [ $(($(free) - ${freeBytes})) -ge $chunk ] && fallocate -o $size -l $chunk ${ballast} 2>/dev/null
  then size=$((size + chunk)); else chunk=$((chunk / 2)); fi
done`);
  // Synced: after a crash, what nobody had synced would be there again.
  const remove = `rm -f ${ballast} && sync -f "$at"`;
  const empty = within(remove);
  const look = within(`${freeSpace}
[ -e ${ballast} ] || { echo gone; exit 0; }
free`);
  // What etcd would need next, and does not get. Where space is left over, asking for more than that
  // would take it away for a moment, so there what the file system says must do.
  const ask = within(
    `LC_ALL=C fallocate -l ${slackBytes} ${ballast}.more 2>&1; rm -f ${ballast}.more`,
  );
  const proveFull = async (): Promise<number> => {
    const free = (await target.session.must(look)).trim();
    if (free === 'gone') throw new FaultUnproved(`what filled the ${title} is gone`);
    if (Number(free) <= freeBytes + slackBytes) return Number(free);
    throw new FaultUnproved(`the ${title} was not full: ${free} bytes were free`);
  };
  const proveRefused = async (): Promise<void> => {
    if (/no space left/i.test(await target.session.must(ask))) return;
    throw new FaultUnproved(`the ${title} was not full: ${slackBytes} bytes could be had`);
  };
  return {
    undoScripts: new Map([[target, undoOn(disk, 'writes', empty)]]),
    inject: async () => void (await target.session.must(fill)),
    async prove() {
      const free = await proveFull();
      if (freeBytes > 0) return [`${free} bytes are free on the ${title}`];
      await proveRefused();
      return [
        `${free} bytes are free on the ${title}, and ${slackBytes} are refused: no space left on device`,
      ];
    },
    async stillBites() {
      await proveFull();
    },
    heal: async () => void (await target.session.must(empty)),
    async proveHealed() {
      const script = within(`${freeSpace}
[ -e ${ballast} ] && { echo "its ballast is there" >&2; exit 1; }
fallocate -l ${slackBytes} ${ballast}.more && rm ${ballast}.more && free`);
      const { code, stdout, stderr } = await target.session.run(script);
      if (code !== 0) throw new DrillError(`the ${title} is still full: ${stderr.trim()}`);
      return [`${stdout.trim()} bytes are free on the ${title} again`];
    },
    commands: {
      inject: [byHand(target, fill)],
      heal: [byHand(target, mounted(id, disk, remove))],
    },
  };
}

/** Defines `$block` and `free`, for the file system at `$at`. */
const freeSpace = `block=$(stat -f -c %S "$at")
free() { echo $(($(stat -f -c %a "$at") * block)); }`;
