import { DrillError } from '../../errors.ts';
import type { Link } from './links.ts';

/** Members of a cluster, and so links from one of them, are fewer. */
const linksPerFault = 16;
const numbers = 2039;

/** A fault's number in a namespace, where the kernel knows things by numbers and not by names. */
export function faultNumber(fault: string): number {
  let hash = 7;
  for (const byte of Buffer.from(fault)) hash = (hash * 31 + byte) % numbers;
  return hash + 1;
}

/** The number of a fault's link: of its class and its packet queue. */
export const linkNumber = (fault: string, index: number): number =>
  faultNumber(fault) * linksPerFault + index;

/** Two faults at one link would hide each other: a packet takes the first one's way only. */
export const shapedAlready = ({ from, to }: Link): DrillError =>
  new DrillError(
    `What ${from.name} sends to ${to.name} is shaped by another fault already, and each link has one at a time: ` +
      'heal that one first, or choose another link.',
  );
