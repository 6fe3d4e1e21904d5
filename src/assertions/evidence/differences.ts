import type { KeyValue, WatchEvent } from '../../history/operation.ts';
import { describeEvent, keyOf, revisionOf, type EventLog } from './event-log.ts';
import type { FinalRead } from './final-read.ts';

/**
 * Where the final read and the last event of each key in the log do not agree, by the revision of
 * the write that is missing from one of them. The log goes on from `initial` and must cover every
 * revision from there up to the read's.
 */
export function differences(
  log: EventLog,
  final: FinalRead,
  {
    initial = [],
    mayBeDeleted = () => false,
  }: {
    readonly initial?: Iterable<KeyValue> | undefined;
    /** Whether a key may be gone without an event. */
    readonly mayBeDeleted?: (kv: KeyValue) => boolean;
  } = {},
): ReadonlyMap<number, string> {
  const latest = latestEvents(log, final.revision, initial);
  const found = new Map<number, string>();
  for (const [key, event] of latest) {
    const kv = final.values.get(key);
    const agrees =
      event.type === 'put'
        ? kv?.modRevision === event.kv.modRevision && kv.value === event.kv.value
        : kv === undefined;
    if (agrees) continue;
    if (event.type === 'put' && kv === undefined) {
      if (endedWithLease(event.kv, final) || mayBeDeleted(event.kv)) continue;
    }
    const shows = kv === undefined ? 'no such key' : `it as written at revision ${kv.modRevision}`;
    found.set(
      revisionOf(event),
      `the last the watchers saw of key ${JSON.stringify(key)} is ${describeEvent(event)} at revision ${revisionOf(event)}, but ${final.source}, at revision ${final.revision}, shows ${shows}`,
    );
  }
  for (const kv of final.values.values()) {
    if (latest.has(kv.key)) continue;
    found.set(
      kv.modRevision,
      `${final.source}, at revision ${final.revision}, shows key ${JSON.stringify(kv.key)} as written at revision ${kv.modRevision}, but no watcher ever saw it written`,
    );
  }
  return found;
}

function endedWithLease({ lease = '0' }: KeyValue, { leasesMayHaveEnded = false }: FinalRead) {
  return leasesMayHaveEnded && lease !== '0';
}

function latestEvents(
  { events }: EventLog,
  through: number,
  initial: Iterable<KeyValue>,
): Map<string, WatchEvent> {
  const latest = new Map<string, WatchEvent>();
  for (const kv of initial) latest.set(kv.key, { type: 'put', kv });
  for (const [revision, changes] of events) {
    if (revision > through) continue;
    for (const event of changes) {
      const known = latest.get(keyOf(event));
      if (known === undefined || revisionOf(known) < revision) latest.set(keyOf(event), event);
    }
  }
  return latest;
}
