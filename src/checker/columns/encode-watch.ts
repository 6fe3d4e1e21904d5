import type { WatchEvent, WatchRecord, WatchRequest } from '../../history/operation.ts';
import { kvWords, recordKind } from './columns.ts';
import { encodeKeyValue, leaseId } from './encode-operation.ts';
import { placeEnd, placeKey, type Encoder } from './encoder.ts';
import { intBuffer, reserve, type IntBuffer } from './int-buffer.ts';
import { intern } from './interner.ts';

/** Watch records and events while they are being collected. */
export interface WatchEncoder {
  readonly streams: OpenStream[];
  readonly byName: Map<string, number>;
  readonly receivedMs: number[];
  readonly recordFields: IntBuffer;
  readonly eventFields: IntBuffer;
}

/** A watch as its `created` record told; `bounds` is where its range lies in the arena. */
export interface OpenStream {
  readonly name: string;
  readonly member: number;
  created: { bounds: number; start: number; asked: number; prevKv: boolean } | undefined;
}

/** `stream, kind, revision, fragment, first event` of a record. */
export const recordFields = 5;
/** `revision, key, value, create, version, lease, previous` of an event. */
export const eventFields = 7;

export function watchEncoder(): WatchEncoder {
  return {
    streams: [],
    byName: new Map(),
    receivedMs: [],
    recordFields: intBuffer(),
    eventFields: intBuffer(),
  };
}

/** A manual progress answer (watch id -1) is about every watch on its stream. */
export function encodeWatchRecord(to: Encoder, watch: WatchEncoder, record: WatchRecord): void {
  if (record.watchId === '-1') {
    for (const [index, { name }] of watch.streams.entries()) {
      if (name.startsWith(`${record.stream} `)) appendRecord(to, watch, record, index);
    }
    return;
  }
  const stream = streamOf(to, watch, record);
  const open = watch.streams[stream];
  if (record.kind === 'created' && record.request !== undefined && open !== undefined) {
    open.created = created(to, record.request, record.revision);
  }
  appendRecord(to, watch, record, stream);
}

function streamOf(to: Encoder, watch: WatchEncoder, record: WatchRecord): number {
  const name = `${record.stream} ${record.watchId}`;
  const known = watch.byName.get(name);
  if (known !== undefined) return known;
  const member = intern(to.members, record.member);
  watch.byName.set(name, watch.streams.length);
  return watch.streams.push({ name, member, created: undefined }) - 1;
}

/** Without a start revision a watch begins after the revision in the header of `created`. */
function created(to: Encoder, request: WatchRequest, headerRevision: number) {
  const bounds = reserve(to.words, 2);
  placeKey(to, bounds, request.key);
  placeEnd(to, bounds + 1, request.key, request.end);
  const asked = request.startRevision ?? 0;
  const start = (asked === 0 ? headerRevision + 1 : asked) - to.baseRevision;
  return { bounds, start, asked, prevKv: request.prevKv === true };
}

function appendRecord(to: Encoder, watch: WatchEncoder, record: WatchRecord, stream: number) {
  const at = reserve(watch.recordFields, recordFields);
  const { data } = watch.recordFields;
  data[at] = stream;
  data[at + 1] = recordKind[record.kind];
  data[at + 2] = record.revision - to.baseRevision;
  data[at + 3] = Number(record.fragment === true);
  data[at + 4] = watch.eventFields.length / eventFields;
  watch.receivedMs.push(record.receivedMs);
  for (const event of record.events) appendEvent(to, watch.eventFields, event);
}

function appendEvent(to: Encoder, events: IntBuffer, event: WatchEvent): void {
  const start = to.words.length;
  const at = reserve(events, eventFields);
  const { data } = events;
  if (event.type === 'put') {
    const { kv } = event;
    data[at] = kv.modRevision - to.baseRevision;
    data[at + 1] = intern(to.keys, kv.key);
    data[at + 2] = intern(to.values, kv.value);
    data[at + 3] = kv.createRevision - to.baseRevision;
    data[at + 4] = kv.version;
    data[at + 5] = leaseId(to, kv.lease);
  } else {
    data[at] = event.modRevision - to.baseRevision;
    data[at + 1] = intern(to.keys, event.key);
    data[at + 2] = -1;
  }
  data[at + 6] = event.prev === undefined ? -1 : start;
  if (event.prev !== undefined) encodeKeyValue(to, reserve(to.words, kvWords), event.prev);
}
