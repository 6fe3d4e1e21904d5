import type {
  KeyValue,
  Operation,
  TxnOp,
  WatchEvent,
  WatchRecord,
} from '../../src/history/operation.ts';

/** What watchers of a simulated run are sent: the event of each revision, in their order. */
export interface Watched {
  /** Takes an acknowledged operation; returns the records that have become due at every member. */
  add(operation: Operation): WatchRecord[];
  /** The keyspace after every operation that was taken. */
  state(): KeyValue[];
  revision(): number;
}

/** Operations come in the order of their returns; events wait until the revisions before them came. */
export function watched(members: readonly string[]): Watched {
  const waiting = new Map<number, TxnOp>();
  const entries = new Map<string, KeyValue>();
  let revision = 1;
  const due = (receivedMs: number): WatchRecord[] => {
    const records: WatchRecord[] = [];
    for (let op = waiting.get(revision + 1); op !== undefined; op = waiting.get(revision + 1)) {
      revision += 1;
      waiting.delete(revision);
      const events = [apply(entries, op, revision)];
      for (const member of members) {
        records.push({ ...streamOf(member), receivedMs, kind: 'events', revision, events });
      }
    }
    return records;
  };
  return {
    add(operation) {
      const { outcome } = operation;
      const written = writtenBy(operation);
      if (outcome.status === 'ok' && written) waiting.set(outcome.result.revision, written);
      return due(operation.returnedMs);
    },
    state: () => [...entries.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    revision: () => revision,
  };
}

/** The beginning of each member's stream. */
export function created(members: readonly string[]): WatchRecord[] {
  const request = { key: '\0', end: '\0', startRevision: 1 };
  return members.map((member) => ({
    ...streamOf(member),
    receivedMs: 0,
    kind: 'created',
    revision: 1,
    request,
    events: [],
  }));
}

const streamOf = (member: string) => ({ stream: `${member}#1`, member, watchId: '0' });

/** The one write of an operation that had an effect. */
function writtenBy({ request, outcome }: Operation): TxnOp | undefined {
  if (outcome.status !== 'ok') return undefined;
  const { result } = outcome;
  if (request.kind === 'put') return request;
  if (request.kind === 'delete' && result.kind === 'delete' && result.deleted > 0) return request;
  if (request.kind === 'txn' && result.kind === 'txn' && result.succeeded) {
    return request.success[0];
  }
  return undefined;
}

function apply(entries: Map<string, KeyValue>, op: TxnOp, revision: number): WatchEvent {
  const { key } = op;
  if (op.kind !== 'put') {
    entries.delete(key);
    return { type: 'delete', key, modRevision: revision };
  }
  const before = entries.get(key);
  const kv = {
    key,
    value: op.value,
    createRevision: before?.createRevision ?? revision,
    modRevision: revision,
    version: (before?.version ?? 0) + 1,
  };
  entries.set(key, kv);
  return { type: 'put', kv };
}
