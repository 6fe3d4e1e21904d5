import type { EventColumns, RecordColumns, Stream } from './columns.ts';
import { eventFields, recordFields, type OpenStream, type WatchEncoder } from './encode-watch.ts';
import { intBuffer, reserve, type IntBuffer } from './int-buffer.ts';

/** Closes what was collected from watch records into columns, watch by watch. */
export function watchColumns(watch: WatchEncoder, words: Int32Array, rank: Int32Array) {
  const { order, firstOf } = byStream(watch);
  const { records, eventOrder } = recordColumns(watch, order, firstOf);
  return {
    streams: watch.streams.map((open) => closeStream(open, words)),
    records,
    events: eventColumns(eventOrder, rank),
  };
}

/** A stable counting sort: records of one watch together, in order of arrival. */
function byStream({ streams, recordFields: fields, receivedMs }: WatchEncoder) {
  const count = receivedMs.length;
  const firstOf = new Int32Array(streams.length + 1);
  for (let record = 0; record < count; record += 1) {
    firstOf[fields.data[record * recordFields]! + 1]! += 1;
  }
  for (let stream = 0; stream < streams.length; stream += 1) {
    firstOf[stream + 1]! += firstOf[stream]!;
  }
  const next = firstOf.slice();
  const order = new Int32Array(count);
  for (let record = 0; record < count; record += 1) {
    const stream = fields.data[record * recordFields]!;
    order[next[stream]!] = record;
    next[stream]! += 1;
  }
  return { order, firstOf };
}

function recordColumns(watch: WatchEncoder, order: Int32Array, firstOf: Int32Array) {
  const { recordFields: fields, receivedMs, eventFields: events } = watch;
  const count = order.length;
  const records: RecordColumns = {
    count,
    firstOf,
    stream: new Int32Array(count),
    kind: new Uint8Array(count),
    receivedMs: new Float64Array(count),
    revision: new Int32Array(count),
    fragment: new Uint8Array(count),
    firstEvent: new Int32Array(count + 1),
  };
  const eventOrder = intBuffer(events.length);
  for (let place = 0; place < count; place += 1) {
    const record = order[place]!;
    const at = record * recordFields;
    records.stream[place] = fields.data[at]!;
    records.kind[place] = fields.data[at + 1]!;
    records.revision[place] = fields.data[at + 2]!;
    records.fragment[place] = fields.data[at + 3]!;
    records.receivedMs[place] = receivedMs[record]!;
    records.firstEvent[place] = eventOrder.length / eventFields;
    const first = fields.data[at + 4]! * eventFields;
    const last = record + 1 < count;
    const end = last ? fields.data[at + recordFields + 4]! * eventFields : events.length;
    const to = reserve(eventOrder, end - first);
    eventOrder.data.set(events.data.subarray(first, end), to);
  }
  records.firstEvent[count] = eventOrder.length / eventFields;
  return { records, eventOrder };
}

function eventColumns(fields: IntBuffer, rank: Int32Array): EventColumns {
  const count = fields.length / eventFields;
  const column = (field: number): Int32Array => {
    const values = new Int32Array(count);
    for (let event = 0; event < count; event += 1) {
      values[event] = fields.data[event * eventFields + field]!;
    }
    return values;
  };
  return {
    count,
    revision: column(0),
    key: column(1).map((id) => rank[id]!),
    value: column(2),
    create: column(3),
    version: column(4),
    lease: column(5),
    previous: column(6),
  };
}

function closeStream({ name, member, created }: OpenStream, words: Int32Array): Stream {
  return {
    name: name.slice(0, name.lastIndexOf(' ')),
    member,
    lo: created === undefined ? 0 : words[created.bounds]!,
    hi: created === undefined ? 0 : words[created.bounds + 1]!,
    created: created !== undefined,
    startRevision: created?.start ?? 0,
    askedRevision: created?.asked ?? 0,
    prevKv: created?.prevKv === true,
  };
}
