import { opKind, opStatus, type Columns } from '../columns/columns.ts';
import { tellCollision } from '../explain.ts';
import { report, type Findings } from '../findings.ts';

/** Gives every acknowledged write the revision it was told: each has exactly one owner. */
export function claimSlots(columns: Columns, lastRevision: number, findings: Findings): Int32Array {
  const slot = new Int32Array(lastRevision + 2).fill(-1);
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.effective[op] === 0) continue;
    const revision = columns.revision[op]!;
    if (revision <= columns.startRevision || revision > lastRevision) continue;
    const owner = slot[revision]!;
    if (owner === -1) slot[revision] = op;
    else reportCollision(columns, findings, owner, op);
  }
  return slot;
}

export function reportCollision(
  columns: Columns,
  findings: Findings,
  owner: number,
  other: number,
): void {
  const [first, second] = orderOfReturn(columns, owner, other);
  const lastMs = columns.returnedMs[second]!;
  const atMs = Number.isFinite(lastMs) ? lastMs : columns.returnedMs[first]!;
  report(findings, 'revision-collision', [first, second], atMs, () =>
    tellCollision(columns, first, second),
  );
}

/**
 * Acknowledged operations without effect, bucketed by the revision whose state they saw:
 * `items[start[r] … start[r + 1])`. Reads of a past revision lie at that revision.
 */
export interface Readers {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

export function bucketReaders(columns: Columns, lastRevision: number): Readers {
  const start = new Int32Array(lastRevision + 3);
  const seen = new Int32Array(columns.count);
  for (let op = 0; op < columns.count; op += 1) {
    const revision = stateRevision(columns, op, lastRevision);
    seen[op] = revision;
    if (revision !== 0) start[revision + 1]! += 1;
  }
  for (let revision = 1; revision < start.length; revision += 1) {
    start[revision]! += start[revision - 1]!;
  }
  const items = new Int32Array(start.at(-1)!);
  const next = start.slice();
  for (let op = 0; op < columns.count; op += 1) {
    const revision = seen[op]!;
    if (revision === 0) continue;
    items[next[revision]!] = op;
    next[revision]! += 1;
  }
  return { start, items };
}

/** Whether an operation read a revision other than the one it ran at. */
export function readsSnapshot({ kind, words, offset }: Columns, op: number): boolean {
  if (kind[op] === opKind.serializableRange) return true;
  return kind[op] === opKind.range && words[offset[op]! + 3] !== 0;
}

/** 0 where there is no state to compare with. */
function stateRevision(columns: Columns, op: number, lastRevision: number): number {
  const { kind, status, effective, revision, words, offset, startRevision } = columns;
  if (status[op] !== opStatus.ok || effective[op] === 1) return 0;
  const stateless = kind[op]! >= opKind.grant && kind[op]! <= opKind.compact;
  if (stateless && kind[op] !== opKind.revoke) return 0;
  const asked = readsSnapshot(columns, op) ? words[offset[op]! + 3]! : 0;
  const at = asked === 0 ? revision[op]! : asked;
  return at >= startRevision && at <= lastRevision ? at : 0;
}

function orderOfReturn({ returnedMs }: Columns, a: number, b: number): [number, number] {
  return returnedMs[a]! <= returnedMs[b]! ? [a, b] : [b, a];
}
