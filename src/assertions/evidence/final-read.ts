import type { KeyValue, Operation } from '../../history/operation.ts';

/** The whole keyspace of an epoch as it was seen last. */
export interface FinalRead {
  /** `the final read through m1`, or the state that the next epoch began with. */
  readonly source: string;
  /** A write acknowledged later need not be in it. */
  readonly invokedMs: number;
  readonly revision: number;
  readonly values: ReadonlyMap<string, KeyValue>;
  /** Leases may have ended before it was seen, and taken their keys along. */
  readonly leasesMayHaveEnded?: boolean;
}

/**
 * The last complete read of every key through each member, the latest first: a linearizable range
 * from `'\0'` to `'\0'`, in one page or in several, where each further page starts right after the
 * last key of the page before and asks for the first one's revision.
 */
export function finalReads(operations: Iterable<Operation>): FinalRead[] {
  const readings = new Map<string, Reading>();
  const complete = new Map<string, FinalRead>();
  for (const operation of operations) {
    const page = pageOf(operation);
    if (page === undefined) continue;
    const { member } = page;
    if (page.begins) {
      const { invokedMs, revision } = page;
      const source = `the final read through ${member}`;
      readings.set(member, { source, invokedMs, revision, values: new Map(), nextKey: page.from });
    }
    const reading = readings.get(member);
    if (reading === undefined || !follows(reading, page)) continue;
    for (const kv of page.kvs) reading.values.set(kv.key, kv);
    if (page.kvs.length >= page.count) {
      complete.set(member, reading);
      readings.delete(member);
    } else {
      reading.nextKey = `${page.kvs.at(-1)?.key ?? ''}\0`;
    }
  }
  return [...complete.values()].toSorted((one, other) => other.invokedMs - one.invokedMs);
}

interface Reading extends FinalRead {
  readonly values: Map<string, KeyValue>;
  nextKey: string;
}

/** One answered range up to the end of the keyspace. */
interface Page {
  readonly member: string;
  /** Of the keyspace as it is, not as it was. */
  readonly begins: boolean;
  readonly from: string;
  readonly invokedMs: number;
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  readonly count: number;
}

function pageOf({ request, outcome, member, invokedMs }: Operation): Page | undefined {
  if (request.kind !== 'range' || request.end !== '\0' || request.serializable === true) {
    return undefined;
  }
  if (outcome.status !== 'ok' || outcome.result.kind !== 'range') return undefined;
  const { kvs, count } = outcome.result;
  const revision = request.revision ?? outcome.result.revision;
  const begins = request.key === '\0' && request.revision === undefined;
  return { member, begins, from: request.key, invokedMs, revision, kvs, count };
}

function follows(reading: Reading, page: Page): boolean {
  return page.from === reading.nextKey && page.revision === reading.revision;
}
