import type { CommandResult } from '../../cluster/session.ts';
import { DrillError } from '../../errors.ts';
import { integer } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { type BlockLimits, blockLimits } from './block-limits.ts';
import { bounded, mounted } from './mounted.ts';
import { type DiskOwner, type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';

export interface DiskThrottleOptions extends OnDisk {
  /** At least one of the two; each holds reads and writes apart. */
  readonly bytesPerSecond?: number;
  readonly iops?: number;
}

/** A member whose cgroup can be found. */
export interface ThrottledMember extends DiskOwner {
  process(): Promise<{ readonly containerId: string }>;
}

/**
 * Limits what etcd may read from and write to a member's disk, in bytes or requests a second, through
 * its cgroup (version 1 or 2), while it runs. Each fsync then waits for its turn. A container that is
 * made anew or started again has no limit any more, which the fault notices.
 *
 * Proved by writes of the helper's own from within that cgroup, which must take as long as the limit
 * says, and did not before.
 */
export function diskThrottle(
  member: ThrottledMember,
  { disk: use = 'data', bytesPerSecond = 0, iops = 0 }: DiskThrottleOptions,
): HealableFault {
  const disk = ownDisk('disk-throttle', member, use);
  if (bytesPerSecond === 0 && iops === 0) {
    throw new DrillError(
      'disk-throttle limits nothing: give `bytesPerSecond`, `iops`, or both, as numbers over 0.',
    );
  }
  const limits = { bytesPerSecond, iops };
  return {
    name: 'disk-throttle',
    title: `throttle the ${disk.title} to ${describe(limits)}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use, ...limits },
    prepare: async (id) => prepare(id, disk, (await member.process()).containerId, limits),
  };
}

export const diskThrottleKind = faultKind({
  name: 'disk-throttle',
  family: 'disk',
  summary: 'Limits the bytes and requests a second of etcd on the disk of a member.',
  undo: 'leased',
  needs:
    'a disk of its own for the member (SYS_ADMIN in the helper), block throttling in the kernel (cgroup v1 blkio, v2 io)',
  parameters: {
    disk: diskChoice,
    bytes: integer({ min: 0, max: 1e9 }, 0, 'bytes a second, 0 for no limit'),
    iops: integer({ min: 0, max: 10_000 }, 20, 'requests a second, 0 for no limit'),
  },
  build: ({ targets }, { disk, bytes, iops }) =>
    diskThrottle(onlyOne('disk-throttle', targets), { disk, bytesPerSecond: bytes, iops }),
});

const blockBytes = 4096;

async function prepare(
  id: string,
  disk: OwnDisk,
  containerId: string,
  limits: BlockLimits,
): Promise<PreparedFault> {
  const { title, target, device } = disk;
  const { session } = target;
  const tools = blockLimits(device, containerId);
  const perSecond = Math.min(
    limits.iops || Infinity,
    limits.bytesPerSecond / blockBytes || Infinity,
  );
  const writes = Math.min(2000, Math.max(2, Math.ceil(perSecond / 2)));
  const dueMs = (1000 * writes) / perSecond;
  const trial = bounded(id, `${tools}\n${mounted(id, disk, timedWrites(id, writes))}`);
  const trialMs = async (): Promise<number> => millisecondsOf(await session.must(trial));

  refuseUnlimitable(await session.run(`${tools}\nlimits`), title);
  const unlimitedMs = await trialMs();
  if (unlimitedMs > dueMs / 2) {
    throw new DrillError(
      `The ${title} is by itself not twice as fast as ${describe(limits)}: ${writes} writes took ${unlimitedMs} ms. Throttle it to less.`,
    );
  }
  const inject = `${tools}\nlimit ${limits.bytesPerSecond} ${limits.iops}`;
  // A cgroup that is gone took its limits with it.
  const undo = `(${tools}\nlimit 0 0); code=$?; [ $code -eq 3 ] || exit $code`;
  const proveSet = async (): Promise<void> => {
    const { stdout } = await session.run(`${tools}\nlimits`);
    if (!isSet(stdout, limits))
      throw new FaultUnproved(`the limits on the ${title} are not in its cgroup any more`);
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await session.must(inject)),
    async prove() {
      await proveSet();
      const tookMs = await trialMs();
      if (tookMs < dueMs / 2)
        throw new FaultUnproved(
          `${writes} writes to the ${title} from the cgroup of etcd took ${tookMs} ms, less than ${describe(limits)} allow`,
        );
      return [
        `${writes} writes of 4 kB to the ${title} from the cgroup of etcd took ${tookMs} ms, and ${unlimitedMs} ms before`,
      ];
    },
    stillBites: proveSet,
    heal: async () => void (await session.must(undo)),
    async proveHealed() {
      const { code, stdout } = await session.run(`${tools}\nlimits`);
      if (code === 3) return [`the cgroup of etcd on the ${title} is gone, and its limits with it`];
      if (code === 0 && stdout === '') return [`the ${title} has no limits in the cgroup of etcd`];
      throw new DrillError(`the ${title} still has limits (${code}): ${stdout.trim()}`);
    },
    commands: { inject: [byHand(target, inject)], heal: [byHand(target, undo)] },
  };
}

/** Refuses, before anything is touched, what this kernel or this member cannot have. */
function refuseUnlimitable({ code, stdout, stderr }: CommandResult, title: string): void {
  if (code === 4) {
    throw new DrillError(
      `The kernel of the engine's host cannot throttle the ${title}: its cgroups have neither \`blkio.throttle\` (version 1) nor \`io.max\` (version 2). ` +
        'It needs CONFIG_BLK_DEV_THROTTLING, and on version 2 the `io` controller for containers.',
    );
  }
  if (code !== 0)
    throw new DrillError(`The cgroup that uses the ${title} was not found (${code}): ${stderr}`);
  if (stdout.trim() !== '')
    throw new DrillError(
      `The ${title} is throttled already: \`${stdout.trim()}\`. Take that limit off first.`,
    );
}

/**
 * Writes past the page cache, so that each one is a request of this process, and says how long they
 * took: without the start of a program, which on an emulated host takes longer than the writes.
 */
const timedWrites = (id: string, writes: number): string => `
file="$at/.drill-${id}"; trap 'rm -f "$file"' EXIT
dd if=/dev/zero of="$file" bs=${blockBytes} count=1 oflag=direct 2>/dev/null || exit 1
sh -c 'echo 0 >"$0/cgroup.procs" && LC_ALL=C dd if=/dev/zero of="$1" bs=${blockBytes} count=${writes} oflag=direct conv=notrunc 2>&1' "$cg" "$file"`;

/** What `dd` ends with: `12288 bytes (12 kB, 12 KiB) copied, 0.0105 s, 1.2 MB/s`. */
function millisecondsOf(printed: string): number {
  const seconds = /copied, (\S+) s/.exec(printed)?.[1];
  if (seconds === undefined)
    throw new FaultUnproved(`dd did not say how long its trial writes took: "${printed.trim()}"`);
  return Math.round(Number(seconds) * 1000);
}

function isSet(printed: string, { bytesPerSecond, iops }: BlockLimits): boolean {
  const has = (v1: string, v2: string, value: number): boolean =>
    value === 0 || new RegExp(`${v1}:\\S+ ${value}$|io\\.max:.* ${v2}=${value}( |$)`, 'm').test(printed); // prettier-ignore
  return has('write_bps_device', 'wbps', bytesPerSecond) && has('write_iops_device', 'wiops', iops);
}

function describe({ bytesPerSecond, iops }: BlockLimits): string {
  const parts = [
    ...(bytesPerSecond === 0 ? [] : [`${bytesPerSecond} bytes/s`]),
    ...(iops === 0 ? [] : [`${iops} requests/s`]),
  ];
  return parts.join(' and ');
}
