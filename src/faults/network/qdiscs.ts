import { DrillError } from '../../errors.ts';
import type { FaultTarget } from '../fault.ts';

/** A queueing discipline of a device, as `tc qdisc show` has it. */
export interface Qdisc {
  readonly handle: string;
  /** `root`, or the class above it. */
  readonly parent: string;
  readonly text: string;
  readonly packets: number;
}

export async function qdiscs({ session }: FaultTarget, device: string): Promise<Qdisc[]> {
  const printed = await session.must(`tc -s qdisc show dev ${device}`);
  return printed.split(/^(?=qdisc )/m).flatMap((block) => {
    const [, text = '', handle = '', parent = ''] =
      /^(qdisc \S+ (\S+) (?:dev \S+ )?(?:parent )?(\S+).*)/.exec(block) ?? [];
    if (text === '') return [];
    const packets = Number(/ (\d+) pkt/.exec(block)?.[1]);
    return [{ handle, parent, text: text.replace(/ refcnt \d+/, '').trim(), packets }];
  });
}

/** The device that has the member's address: eth0 is not always the one that peers reach. */
export async function deviceOf({ name, address, session }: FaultTarget): Promise<string> {
  const printed = await session.must(`ip -o -4 addr show to ${address}/32`);
  const device = /^\d+: (\S+)/.exec(printed)?.[1];
  if (device !== undefined) return device;
  throw new DrillError(`${name} has no network device with its address ${address}.`);
}

/** `10.0.0.2` → `0a000002`, as `tc filter show` has it. */
export const hexOf = (address: string): string =>
  address
    .split('.')
    .map((byte) => Number(byte).toString(16).padStart(2, '0'))
    .join('');
