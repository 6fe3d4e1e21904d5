import { DrillError } from '../errors.ts';
import { nearest } from '../parameters.ts';
import { bitFlipKind } from './disk/bit-flip.ts';
import { dataLossKind } from './disk/data-loss.ts';
import { diskErrorsKind } from './disk/disk-errors.ts';
import { diskFullKind } from './disk/disk-full.ts';
import { diskLatencyKind } from './disk/disk-latency.ts';
import { diskNoisyKind } from './disk/disk-noisy.ts';
import { diskReadOnlyKind } from './disk/disk-read-only.ts';
import { diskStallKind } from './disk/disk-stall.ts';
import { diskThrottleKind } from './disk/disk-throttle.ts';
import { powerLossKind } from './disk/power-loss.ts';
import { truncateKind } from './disk/truncate.ts';
import type { FaultKind } from './kind.ts';
import { flappingKind } from './network/flapping.ts';
import { bandwidthKind } from './network/bandwidth.ts';
import { corruptKind } from './network/corrupt.ts';
import { delayKind } from './network/delay.ts';
import { duplicateKind } from './network/duplicate.ts';
import { lossKind } from './network/loss.ts';
import { partitionKind } from './network/partition.ts';
import { reorderKind } from './network/reorder.ts';
import { zonesKind } from './network/zones.ts';
import { resetKind } from './network/reset.ts';
import { crashLoopKind } from './process/crash-loop.ts';
import { killKind } from './process/kill.ts';
import { pauseKind } from './process/pause.ts';
import { slowStartKind } from './process/slow-start.ts';
import { stopKind } from './process/stop.ts';
import { wrongFlagKind } from './process/wrong-flag.ts';
import { cpuBurnKind } from './resources/cpu-burn.ts';
import { cpuQuotaKind } from './resources/cpu-quota.ts';
import { fileDescriptorsKind } from './resources/file-descriptors.ts';
import { memoryLimitKind } from './resources/memory-limit.ts';
import { clockSkewKind } from './time/clock-skew.ts';

/** Every fault of the library, by family. */
export const faultKinds: readonly FaultKind[] = [
  // network
  partitionKind,
  delayKind,
  lossKind,
  duplicateKind,
  reorderKind,
  corruptKind,
  bandwidthKind,
  zonesKind,
  resetKind,
  flappingKind,
  // disk
  diskErrorsKind,
  diskFullKind,
  diskLatencyKind,
  diskNoisyKind,
  diskReadOnlyKind,
  diskStallKind,
  diskThrottleKind,
  powerLossKind,
  bitFlipKind,
  truncateKind,
  dataLossKind,
  // process
  crashLoopKind,
  killKind,
  pauseKind,
  slowStartKind,
  stopKind,
  wrongFlagKind,
  // resources
  cpuBurnKind,
  cpuQuotaKind,
  fileDescriptorsKind,
  memoryLimitKind,
  // time
  clockSkewKind,
];

/** The fault of this name; an unknown one is refused with the nearest. */
export function faultNamed(name: string): FaultKind {
  const found = faultKinds.find((kind) => kind.name === name);
  if (found) return found;
  const names = faultKinds.map((kind) => kind.name);
  throw new DrillError(
    `There is no fault \`${name}\`: did you mean \`${nearest(name, names)}\`? See \`drill fault list\`.`,
  );
}
