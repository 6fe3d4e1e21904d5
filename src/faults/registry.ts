import { DrillError } from '../errors.ts';
import { nearest } from '../parameters.ts';
import { bitFlipKind } from './disk/bit-flip.ts';
import { diskStallKind } from './disk/disk-stall.ts';
import { powerLossKind } from './disk/power-loss.ts';
import { truncateKind } from './disk/truncate.ts';
import type { FaultKind } from './kind.ts';
<<<<<<< Updated upstream
import { flappingKind } from './network/flapping.ts';
import { partitionKind } from './network/partition.ts';
import { resetKind } from './network/reset.ts';
=======
import { bandwidthKind } from './network/bandwidth.ts';
import { corruptKind } from './network/corrupt.ts';
import { delayKind } from './network/delay.ts';
import { duplicateKind } from './network/duplicate.ts';
import { lossKind } from './network/loss.ts';
import { partitionKind } from './network/partition.ts';
import { reorderKind } from './network/reorder.ts';
import { zonesKind } from './network/zones.ts';
>>>>>>> Stashed changes

/** Every fault of the library, by family. */
export const faultKinds: readonly FaultKind[] = [
  // network
  partitionKind,
<<<<<<< Updated upstream
  resetKind,
  flappingKind,
=======
  delayKind,
  lossKind,
  duplicateKind,
  reorderKind,
  corruptKind,
  bandwidthKind,
  zonesKind,
>>>>>>> Stashed changes
  // disk
  diskStallKind,
  powerLossKind,
  bitFlipKind,
  truncateKind,
  // process
  // resources
  // time
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
