import type { Operation } from '../../history/operation.ts';
import { byName } from './leadership.ts';

/** Operations that did not end ok, grouped by outcome and message. */
export interface ErrorGroup {
  readonly status: 'failed' | 'never-sent' | 'unknown';
  /** gRPC code of the group's first error; -1 where no status arrived. */
  readonly code: number;
  readonly message: string;
  readonly count: number;
  readonly members: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly buckets: readonly number[];
}

/** Messages may carry ids: beyond this many, errors are counted together. */
const mostGroups = 40;

export function errorGroups() {
  const groups = new Map<string, Growing>();
  return {
    add(bucket: number, { outcome, member, returnedMs }: Operation) {
      if (outcome.status === 'ok') return;
      const { status, error } = outcome;
      const own = `${status} ${error.message}`;
      const isFull = !groups.has(own) && groups.size >= mostGroups;
      const key = isFull ? status : own;
      const message = isFull ? 'other messages' : error.message;
      const group = groups.get(key) ?? opened(status, error.code, message, returnedMs);
      groups.set(key, group);
      group.count += 1;
      group.members.add(member);
      group.lastMs = returnedMs;
      group.buckets[bucket] = (group.buckets[bucket] ?? 0) + 1;
    },
    /** Most frequent first. */
    groups: (bucketCount: number): ErrorGroup[] =>
      [...groups.values()]
        .toSorted((a, b) => b.count - a.count)
        .map((group) => ({
          ...group,
          members: [...group.members].toSorted(byName),
          buckets: Array.from({ length: bucketCount }, (_, index) => group.buckets[index] ?? 0),
        })),
  };
}

interface Growing {
  readonly status: ErrorGroup['status'];
  readonly code: number;
  readonly message: string;
  readonly firstMs: number;
  readonly members: Set<string>;
  readonly buckets: number[];
  count: number;
  lastMs: number;
}

function opened(
  status: ErrorGroup['status'],
  code: number,
  message: string,
  firstMs: number,
): Growing {
  return {
    status,
    code,
    message,
    firstMs,
    lastMs: firstMs,
    count: 0,
    members: new Set(),
    buckets: [],
  };
}
