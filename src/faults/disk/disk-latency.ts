import { type Duration, durationMs, formatDuration } from '../../duration.ts';
import { DrillError } from '../../errors.ts';
import { duration } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import { type HealableFault, FaultUnproved, type PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { loadTable, passOn, tableOf, untouchedTable } from './mapper-table.ts';
import { bounded } from './mounted.ts';
import { type DiskOwner, type OnDisk, type OwnDisk, diskChoice, ownDisk } from './own-disk.ts';

export interface DiskLatencyOptions extends OnDisk {
  /** Added to every request, reads, writes and flushes alike. */
  readonly delay?: Duration;
}

/**
 * Delays every request to a member's disk, in the device-mapper layer under its file system. Unlike
 * a throttle it does not let bursts pass, and requests at the same time wait at the same time.
 */
export function diskLatency(
  member: DiskOwner,
  { disk: use = 'data', delay = '50ms' }: DiskLatencyOptions = {},
): HealableFault {
  const disk = ownDisk('disk-latency', member, use);
  const delayMs = Math.round(durationMs(delay));
  return {
    name: 'disk-latency',
    title: `delay requests to the ${disk.title} by ${formatDuration(delayMs)}`,
    undo: 'leased',
    targets: [disk.target],
    parameters: { disk: use, delay: delayMs },
    prepare: (id) => prepare(id, disk, delayMs),
  };
}

export const diskLatencyKind = faultKind({
  name: 'disk-latency',
  family: 'disk',
  summary: 'Delays every request to the disk of a member.',
  undo: 'leased',
  needs:
    'a disk of its own with a device-mapper layer (`mapper: true`; SYS_ADMIN in the helper), dm-delay in the kernel',
  parameters: { disk: diskChoice, delay: duration('50ms', 'added to every request') },
  build: ({ targets }, parameters) => diskLatency(onlyOne('disk-latency', targets), parameters),
});

async function prepare(id: string, disk: OwnDisk, delayMs: number): Promise<PreparedFault> {
  const { title, target, device } = disk;
  const before = await untouchedTable('disk-latency', disk);
  const inject = loadTable(disk, `0 $sectors delay $below 0 ${delayMs}`);
  const undo = loadTable(disk, passOn);
  const proveTable = async (): Promise<void> => {
    const table = await tableOf(disk);
    if (table.includes(' delay ')) return;
    throw new FaultUnproved(`the layer of the ${title} delays nothing any more: \`${table}\``);
  };
  return {
    undoScripts: new Map([[target, undo]]),
    inject: async () => void (await target.session.must(inject)),
    async prove() {
      await proveTable();
      const tookMs = Number(await target.session.must(bounded(id, timedRead(device))));
      if (tookMs >= delayMs) return [`a read from the ${title} took ${tookMs} ms`];
      throw new FaultUnproved(
        `a read from the ${title} took ${tookMs} ms, less than the ${delayMs} ms of the delay`,
      );
    },
    stillBites: proveTable,
    heal: async () => void (await target.session.must(undo)),
    proveHealed: () => provePassOn(disk, before),
    commands: { inject: [byHand(target, inject)], heal: [byHand(target, undo)] },
  };
}

/** Past the page cache, so that it is a request to the device. */
const timedRead = (device: string): string => `start=$(date +%s%N)
dd if=${device} of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null || exit 1
echo $((($(date +%s%N) - start) / 1000000))`;

async function provePassOn(disk: OwnDisk, before: string): Promise<string[]> {
  const table = await tableOf(disk);
  if (table === before) return [`the layer of the ${disk.title} passes all on, as before`];
  throw new DrillError(`the layer of the ${disk.title} is \`${table}\`, and was \`${before}\``);
}
