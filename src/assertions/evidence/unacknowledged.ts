import type { Operation } from '../../history/operation.ts';
import { describeOperation } from './describe.ts';
import { putsOf } from './effects.ts';
import type { EventLog } from './event-log.ts';
import { isWrite } from './requests.ts';

/** Writes that were not acknowledged, by what they would have put; every put's value is unique. */
export interface Unacknowledged {
  readonly failed: Map<string, { readonly operation: Operation; readonly position: number }>;
  readonly unknown: Map<string, number>;
}

export function unacknowledged(): Unacknowledged {
  return { failed: new Map(), unknown: new Map() };
}

/** Notes a write that was refused, never sent, or of unknown outcome. */
export function noteUnacknowledged(
  into: Unacknowledged,
  operation: Operation,
  position: number,
): void {
  const { status } = operation.outcome;
  if (status === 'ok' || !isWrite(operation.request)) return;
  for (const put of putsOf(operation)) {
    if (status === 'unknown') into.unknown.set(identity(put.key, put.value), position);
    else into.failed.set(identity(put.key, put.value), { operation, position });
  }
}

/** What of the unacknowledged writes the watchers saw all the same. */
export interface Appeared {
  /** Proven not to have been executed, and yet there. */
  readonly failed: readonly { readonly message: string; readonly operations: number[] }[];
  /** Operations of unknown outcome that turn out to have been executed. */
  readonly unknown: number;
}

export function appearedIn(log: EventLog, { failed, unknown }: Unacknowledged): Appeared {
  const visible: { message: string; operations: number[] }[] = [];
  const executed = new Set<number>();
  for (const [revision, events] of log.events) {
    for (const event of events) {
      if (event.type !== 'put') continue;
      const id = identity(event.kv.key, event.kv.value);
      const refused = failed.get(id);
      if (refused !== undefined) {
        const { operation, position } = refused;
        const message = `${describeOperation(operation, position)} was executed all the same, at revision ${revision}`;
        visible.push({ message, operations: [position] });
      }
      const position = unknown.get(id);
      if (position !== undefined) executed.add(position);
    }
  }
  return { failed: visible, unknown: executed.size };
}

/** Tells a put from every other. */
export function identity(key: string, value: string): string {
  return `${key.length}:${key}${value}`;
}
