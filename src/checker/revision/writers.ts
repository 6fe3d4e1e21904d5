import {
  kvWords,
  nodeWords,
  opKind,
  opStatus,
  txnHeadWords,
  type Columns,
} from '../columns/columns.ts';

/** Who wrote a value: an operation's row, or one of these. */
export const writer = { nobody: -1, several: -2, initial: -3 } as const;

/** For each value, the one operation whose request writes it; several writers say nothing. */
export function findWriters(columns: Columns): Int32Array {
  const { words, count, status, kind, offset } = columns;
  const writers = new Int32Array(columns.values.length).fill(writer.nobody);
  for (let at = 0; at < columns.initial.length; at += kvWords) {
    writers[columns.initial[at + 1]!] = writer.initial;
  }
  for (let op = 0; op < count; op += 1) {
    if (kind[op] === opKind.put) {
      const value = words[offset[op]! + 3]!;
      writers[value] = merged(writers[value]!, op, status);
    } else if (kind[op] === opKind.txn) {
      forEachPut(columns, op, (node) => {
        const value = words[node + 3]!;
        writers[value] = merged(writers[value]!, op, status);
      });
    }
  }
  return writers;
}

/** Every put in an operation's request, in whichever branch. */
export function forEachPut(columns: Columns, op: number, visit: (node: number) => void): void {
  const { words } = columns;
  const at = columns.offset[op]!;
  if (columns.kind[op] === opKind.put) visit(at);
  if (columns.kind[op] !== opKind.txn) return;
  const first = at + txnHeadWords + words[at + 1]! * nodeWords;
  const end = first + (words[at + 2]! + words[at + 3]!) * nodeWords;
  for (let node = first; node < end; node += nodeWords) {
    if (words[node] === opKind.put) visit(node);
  }
}

export function writesValue(columns: Columns, op: number, key: number, value: number): boolean {
  let found = false;
  forEachPut(columns, op, (node) => {
    found ||= columns.words[node + 1] === key && columns.words[node + 3] === value;
  });
  return found;
}

/** Whether a request may write at all: an unknown read is no evidence of anything. */
export function mayWrite(columns: Columns, op: number): boolean {
  const { words, kind } = columns;
  const at = columns.offset[op]!;
  if (kind[op] === opKind.put || kind[op] === opKind.delete || kind[op] === opKind.revoke)
    return true;
  if (kind[op] !== opKind.txn) return false;
  const first = at + txnHeadWords + words[at + 1]! * nodeWords;
  const end = first + (words[at + 2]! + words[at + 3]!) * nodeWords;
  for (let node = first; node < end; node += nodeWords) {
    if (words[node] !== opKind.range) return true;
  }
  return false;
}

/** A failed request does not write, so it never hides the one that did. */
function merged(known: number, op: number, status: Uint8Array): number {
  if (known === writer.nobody || known === op) return op;
  if (known >= 0 && status[known] === opStatus.failed) return op;
  return status[op] === opStatus.failed ? known : writer.several;
}
