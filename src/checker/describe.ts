import {
  kvWords,
  nodeWords,
  noUpperBound,
  opKind,
  opStatus,
  type Columns,
} from './columns/columns.ts';
import { branchOf } from './revision/execute.ts';

/** `was told`, or `had been told` where it comes first in the story. */
export type Tense = 'past' | 'pluperfect';

/** One operation in words: who, what, with which outcome, at which revision. */
export function describe(columns: Columns, op: number, tense: Tense): string {
  const client = `client ${columns.client[op]}`;
  if (columns.status[op] === opStatus.unknown) {
    return `${client} sent ${request(columns, op)} and never learned the outcome`;
  }
  if (columns.status[op] === opStatus.failed) {
    return `${request(columns, op)} by ${client} had failed (${columns.errors.get(op) ?? 'no reason'})`;
  }
  const at = `at revision ${columns.revision[op]! + columns.baseRevision}`;
  if (isRange(columns.kind[op]!)) {
    const read = tense === 'past' ? 'read' : 'had read';
    return `${client} ${read} ${found(columns, columns.offset[op]!)} ${at}${weak(columns, op)}`;
  }
  const was = tense === 'past' ? 'was told' : 'had been told';
  return `${client} ${was} ${acknowledged(columns, op)} ${at}`;
}

/** A key or value as it can stand in a sentence: quoted where it is not plain, cut where long. */
export function textOf(text: string | undefined): string {
  if (text === undefined) return '?';
  const short = text.length > 48 ? `${text.slice(0, 45)}…` : text;
  return /^[\w./:@+-]+…?$/.test(short) ? short : JSON.stringify(short);
}

/** `x`, `[a, b)` or `every key from a on`. */
function intervalOf(columns: Columns, lo: number, hi: number): string {
  const from = textOf(columns.keys[lo]);
  if (hi === noUpperBound) return `every key from ${from} on`;
  return hi === lo + 1 ? from : `[${from}, ${textOf(columns.keys[hi])})`;
}

function isRange(kind: number): boolean {
  return kind === opKind.range || kind === opKind.serializableRange;
}

function weak({ kind, words, offset, members, member, baseRevision }: Columns, op: number): string {
  if (kind[op] === opKind.serializableRange) return ` (serializable, at ${members[member[op]!]})`;
  const asked = words[offset[op]! + 3]!;
  return asked === 0 ? '' : ` (asking for revision ${asked + baseRevision})`;
}

function found(columns: Columns, node: number): string {
  const { words, keys, values } = columns;
  const result = words[node + 5]!;
  const lo = words[node + 1]!;
  const hi = words[node + 2]!;
  if (result === -1) return intervalOf(columns, lo, hi);
  const listed = words[result + 1]!;
  if (listed === 0) {
    return hi === lo + 1 ? `no ${textOf(keys[lo])}` : `nothing in ${intervalOf(columns, lo, hi)}`;
  }
  const shown: string[] = [];
  for (let index = 0; index < Math.min(listed, 4); index += 1) {
    const at = result + 2 + index * kvWords;
    shown.push(`${textOf(keys[words[at]!])}=${textOf(values[words[at + 1]!])}`);
  }
  const more = listed > 4 ? ` and ${listed - 4} more` : '';
  return `${shown.join(', ')}${more}`;
}

function acknowledged(columns: Columns, op: number): string {
  const { words, offset, kind, leases } = columns;
  const at = offset[op]!;
  switch (kind[op]) {
    case opKind.put:
      return `${assignment(columns, at)} was written`;
    case opKind.delete:
      return `${words[at + 3]} of ${intervalOf(columns, words[at + 1]!, words[at + 2]!)} was deleted`;
    case opKind.txn:
      return `its transaction ${words[at] === 1 ? 'succeeded' : 'took the failure branch'} (${branch(columns, at)})`;
    case opKind.compact:
      return `revision ${words[at]! + columns.baseRevision} was compacted`;
    default:
      return `lease ${leases[words[at]!]} was ${leaseVerb(kind[op]!)}`;
  }
}

function branch(columns: Columns, at: number): string {
  const { words } = columns;
  const [first, end] = branchOf(words, at, words[at] === 1);
  const parts: string[] = [];
  for (let node = first; node < end; node += nodeWords) parts.push(nodeOf(columns, node));
  return parts.length === 0 ? 'nothing to do' : parts.join(', ');
}

function nodeOf(columns: Columns, node: number): string {
  const { words } = columns;
  if (words[node] === opKind.put) return `put ${assignment(columns, node)}`;
  const where = intervalOf(columns, words[node + 1]!, words[node + 2]!);
  if (words[node] === opKind.delete) return `deleted ${Math.max(0, words[node + 3]!)} of ${where}`;
  return `read ${found(columns, node)}`;
}

function request(columns: Columns, op: number): string {
  const { words, offset, kind, leases } = columns;
  const at = offset[op]!;
  switch (kind[op]) {
    case opKind.put:
      return `the write ${assignment(columns, at)}`;
    case opKind.delete:
      return `the delete of ${intervalOf(columns, words[at + 1]!, words[at + 2]!)}`;
    case opKind.txn:
      return 'a transaction';
    case opKind.compact:
      return `the compaction of revision ${words[at]! + columns.baseRevision}`;
    case opKind.range:
    case opKind.serializableRange:
      return `a read of ${intervalOf(columns, words[at + 1]!, words[at + 2]!)}`;
    default:
      return `a request for lease ${leases[words[at]!]}`;
  }
}

function assignment({ words, keys, values }: Columns, node: number): string {
  return `${textOf(keys[words[node + 1]!])}=${textOf(values[words[node + 3]!])}`;
}

function leaseVerb(kind: number): string {
  if (kind === opKind.grant) return 'granted';
  return kind === opKind.revoke ? 'revoked' : 'kept alive';
}
