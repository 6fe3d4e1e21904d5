import { DrillError } from '../../errors.ts';
import type { OwnDisk } from './own-disk.ts';

/**
 * What a fault means for others on its disk. One that `writes` has to write to come off, and under one
 * that `stops` nothing is written, so that the two, or two that stop, would not come off in any order.
 * Faults that are neither stack with all.
 */
export type Stacking = 'writes' | 'stops';

/** The undo of a fault, with what others on the disk must know of it. */
export const undoOn = ({ title }: OwnDisk, stacking: Stacking, undo: string): string =>
  `${mark(stacking, title)}\n${undo}`;

/** Refuses, before anything is touched, a fault beside one that is on the disk and does not go with it. */
export async function refuseBeside(
  fault: string,
  { title, target }: OwnDisk,
  stacking: Stacking,
): Promise<void> {
  const others: Stacking[] = stacking === 'writes' ? ['stops'] : ['writes', 'stops'];
  const marks = others.map((other) => `-e '${mark(other, title)}'`).join(' ');
  const { stdout } = await target.session.run(
    `for undo in /run/drill/*/undo/*; do grep -qxF ${marks} "$undo" 2>/dev/null && head -n 1 "$undo"; done`,
  );
  const [first] = stdout.split('\n');
  if (!first) return;
  throw new DrillError(
    `"${first.replace('# ', '')}" is on already, and ${fault} could not come off the ${title} in any order with it: heal that one first.`,
  );
}

const mark = (stacking: Stacking, title: string): string => `# ${stacking}: ${title}`;
