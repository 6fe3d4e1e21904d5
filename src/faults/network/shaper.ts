import { DrillError } from '../../errors.ts';
import type { FaultTarget } from '../fault.ts';
import type { Echoes } from './echo.ts';
import type { Link } from './links.ts';
import { type QueuePlan, packetQueue } from './packet-queue.ts';
import { trafficControl } from './traffic-control.ts';

/** A link and what is done to the packets that travel it. */
export interface ShapedLink extends Link {
  /** The queueing discipline that they go through, as `tc` takes it: `netem delay 50ms`. */
  readonly qdisc: string;
  /** The same for a packet queue, where one can do it. */
  readonly queue?: QueuePlan;
  /** How echoes show that the link is shaped, in words; undefined where they do not. */
  shows(now: Echoes, before: Echoes): string | undefined;
}

/** One way to shape what a member sends, bound to a fault and its links; scripts run in its sidecar. */
export interface Shaper {
  /** For people: `netem`, `packet queue`. */
  readonly by: string;
  readonly inject: string;
  /** Idempotent; true where nothing is there. */
  readonly undo: string;
  /** Packets that went through, per link; throws `FaultUnproved` where anything of it is gone. */
  packets(): Promise<ReadonlyMap<ShapedLink, number>>;
  /** Throws where anything of the fault is left, and `NotAsBefore` where anything foreign is not. */
  proveGone(): Promise<void>;
}

/** Why a member's links cannot be shaped in one of the ways. */
export interface NoShaper {
  readonly why: string;
}

/**
 * Settles how `links`, all from `from`, are shaped: by the kernel's queueing disciplines, else by a
 * packet queue. Both are tried in the sidecar, for no version number says what a kernel was built
 * with. Refused where neither serves.
 */
export async function shaperFor(
  name: string,
  fault: string,
  from: FaultTarget,
  links: readonly ShapedLink[],
): Promise<Shaper> {
  const byKernel = await trafficControl(fault, from, links);
  if (!('why' in byKernel)) return byKernel;
  const byQueue = await packetQueue(fault, from, links);
  if (!('why' in byQueue)) return byQueue;
  const [kind = ''] = links[0]?.qdisc.split(' ') ?? [];
  throw new DrillError(
    `${name} needs ${kind} in the kernel under ${from.name}, which has none (${byKernel.why}), ` +
      `and ${byQueue.why}. Load it on the engine's host with \`modprobe sch_${kind}\`, or use an ` +
      'engine whose kernel has it.',
  );
}
