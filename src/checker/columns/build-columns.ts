import type { Operation } from '../../history/operation.ts';
import { spendMemory, spendTime, type Budget } from '../budget.ts';
import type { JudgeInput } from '../input.ts';
import { kvWords, opStatus, type Columns } from './columns.ts';
import { encodeKeyValue, encodeOperation, fits, isEffective, kindOf } from './encode-operation.ts';
import { encodeWatchRecord, watchEncoder } from './encode-watch.ts';
import { encoder, rankKeys, type Encoder } from './encoder.ts';
import { intBuffer, reserve, trimmed, type IntBuffer } from './int-buffer.ts';
import { intern, ranked } from './interner.ts';
import { watchColumns } from './watch-columns.ts';

/** Reads a history once into columns; the iterables are not held. */
export function buildColumns(input: JudgeInput, budget: Budget): Columns {
  const startRevision = input.initial?.revision ?? 1;
  const to = encoder(startRevision - 1);
  const rows = collectRows(to, input.operations, budget);
  const watch = watchEncoder();
  for (const record of input.watchRecords) encodeWatchRecord(to, watch, record);
  const initialAt = to.words.length;
  for (const kv of input.initial?.kvs ?? []) encodeKeyValue(to, reserve(to.words, kvWords), kv);
  const { texts, rank } = ranked(to.keys);
  rankKeys(to, rank);
  const words = trimmed(to.words);
  spendMemory(budget, 8 * words.length + 64 * rows.times.length, 'reading the history');
  return {
    ...operationColumns(rows),
    words,
    keys: texts,
    values: to.values.texts,
    leases: to.leases.texts,
    members: to.members.texts,
    baseRevision: to.baseRevision,
    startRevision: startRevision - to.baseRevision,
    ...watchColumns(watch, words, rank),
    initial: words.subarray(initialAt),
    errors: rows.errors,
    misfits: rows.misfits,
  };
}

interface Rows {
  readonly fields: IntBuffer;
  readonly times: number[];
  readonly errors: Map<number, string>;
  readonly misfits: number[];
}

/** `client, member, kind, status, revision, effective, offset` of a row. */
const rowFields = 7;

function collectRows(to: Encoder, operations: Iterable<Operation>, budget: Budget): Rows {
  const rows: Rows = { fields: intBuffer(), times: [], errors: new Map(), misfits: [] };
  let count = 0;
  for (const operation of operations) {
    appendRow(to, rows, operation, count);
    count += 1;
    if (count % 65_536 !== 0) continue;
    spendTime(budget, 'reading the history');
    spendMemory(budget, 4 * to.words.data.length + 44 * count, 'reading the history');
  }
  return rows;
}

function appendRow(to: Encoder, rows: Rows, operation: Operation, row: number): void {
  const { outcome } = operation;
  const known = outcome.status === 'ok';
  const at = reserve(rows.fields, rowFields);
  const { data } = rows.fields;
  data[at] = operation.client;
  data[at + 1] = intern(to.members, operation.member);
  data[at + 2] = kindOf(operation.request);
  data[at + 3] = known ? opStatus.ok : failedOrUnknown(operation);
  data[at + 4] = known ? outcome.result.revision - to.baseRevision : 0;
  data[at + 5] = Number(known && isEffective(outcome.result));
  data[at + 6] = encodeOperation(to, operation);
  rows.times.push(operation.invokedMs, operation.returnedMs);
  if (!known) rows.errors.set(row, outcome.error.message);
  else if (!fits(operation.request, outcome.result)) rows.misfits.push(row);
}

function failedOrUnknown({ outcome }: Operation): number {
  return outcome.status === 'unknown' ? opStatus.unknown : opStatus.failed;
}

function operationColumns({ fields, times }: Rows) {
  const count = fields.length / rowFields;
  const { data } = fields;
  const columns = {
    count,
    client: new Int32Array(count),
    member: new Uint16Array(count),
    kind: new Uint8Array(count),
    status: new Uint8Array(count),
    revision: new Int32Array(count),
    effective: new Uint8Array(count),
    offset: new Int32Array(count),
    invokedMs: new Float64Array(count),
    returnedMs: new Float64Array(count),
  };
  for (let row = 0; row < count; row += 1) {
    const at = row * rowFields;
    columns.client[row] = data[at]!;
    columns.member[row] = data[at + 1]!;
    columns.kind[row] = data[at + 2]!;
    columns.status[row] = data[at + 3]!;
    columns.revision[row] = data[at + 4]!;
    columns.effective[row] = data[at + 5]!;
    columns.offset[row] = data[at + 6]!;
    columns.invokedMs[row] = times[row * 2]!;
    columns.returnedMs[row] = data[at + 3] === opStatus.unknown ? Infinity : times[row * 2 + 1]!;
  }
  return columns;
}
