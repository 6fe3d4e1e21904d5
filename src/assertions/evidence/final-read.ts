import type { KeyValue, Operation } from '../../history/operation.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';

/** The whole keyspace as the run's last linearizable read of it found it. */
export interface FinalRead {
  readonly invokedMs: number;
  readonly revision: number;
  readonly values: ReadonlyMap<string, KeyValue>;
}

/**
 * The last complete read of every key: a linearizable range from `'\0'` to `'\0'`, in one page or
 * in several, where each further page starts right after the last key of the page before and asks
 * for the first one's revision.
 */
export function finalRead(run: RecordedRun): FinalRead | undefined {
  let reading: Reading | undefined;
  let complete: FinalRead | undefined;
  for (const operation of run.history.operations()) {
    const page = pageOf(operation);
    if (page === undefined) continue;
    if (page.from === '\0') {
      const { invokedMs, revision } = page;
      reading = { invokedMs, revision, values: new Map(), nextKey: page.from };
    }
    if (reading === undefined || !follows(reading, page)) continue;
    for (const kv of page.kvs) reading.values.set(kv.key, kv);
    if (page.kvs.length >= page.count) {
      complete = reading;
      reading = undefined;
    } else {
      reading.nextKey = `${page.kvs.at(-1)?.key ?? ''}\0`;
    }
  }
  return complete;
}

interface Reading extends FinalRead {
  readonly values: Map<string, KeyValue>;
  nextKey: string;
}

/** One answered range up to the end of the keyspace. */
interface Page {
  readonly from: string;
  readonly invokedMs: number;
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
  readonly count: number;
}

function pageOf({ request, outcome, invokedMs }: Operation): Page | undefined {
  if (request.kind !== 'range' || request.end !== '\0' || request.serializable === true) {
    return undefined;
  }
  if (outcome.status !== 'ok' || outcome.result.kind !== 'range') return undefined;
  const { kvs, count, revision } = outcome.result;
  return { from: request.key, invokedMs, revision: request.revision ?? revision, kvs, count };
}

function follows(reading: Reading, page: Page): boolean {
  return page.from === reading.nextKey && page.revision === reading.revision;
}
