import { opKind, opStatus, type Columns } from '../columns/columns.ts';
import { told } from '../explain.ts';
import { report } from '../findings.ts';
import type { Known, Look } from './checks.ts';

/**
 * A compacted revision stays compacted: after a compaction of c was acknowledged, or a read below c
 * was refused, no later read of a revision below it succeeds. A serializable read may lag behind the
 * others, but not behind its own member.
 */
export function lookAtCompaction({ judgement }: Known): { 'compaction.monotone': Look } {
  const { columns, findings } = judgement;
  const facts = collectFacts(columns);
  const counts = { compactions: facts.filter(({ acknowledged }) => acknowledged).length, reads: 0 };
  for (let op = 0; op < columns.count; op += 1) {
    const read = pastRead(columns, op);
    if (read === 0 || columns.status[op] !== opStatus.ok) continue;
    counts.reads += 1;
    const broken = facts.find(
      (fact) =>
        fact.returnedMs < columns.invokedMs[op]! &&
        fact.below > read &&
        concerns(columns, fact, op),
    );
    if (broken === undefined) continue;
    const operations = [broken.op, op];
    report(
      findings['compaction.monotone'],
      'came-back',
      operations,
      columns.returnedMs[op]!,
      () => {
        const floor = broken.below + columns.baseRevision;
        return `${told(columns, op)}, after everything below revision ${floor} was known to be compacted`;
      },
    );
  }
  if (facts.length === 0) {
    return { 'compaction.monotone': { counts, notExercised: 'nothing was compacted' } };
  }
  return { 'compaction.monotone': { counts } };
}

/** How far the keyspace may be compacted, asked for or seen; 0 where nothing says so. */
export function compactedTo(columns: Columns): number {
  let highest = 0;
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.kind[op] !== opKind.compact || columns.status[op] === opStatus.failed) continue;
    highest = Math.max(highest, columns.words[columns.offset[op]!]!);
  }
  return highest;
}

/** Everything below `below` was compacted when `op` returned: `local` where its own member said so. */
interface CompactionFact {
  readonly op: number;
  readonly returnedMs: number;
  readonly below: number;
  readonly acknowledged: boolean;
  readonly local: boolean;
}

function collectFacts(columns: Columns): CompactionFact[] {
  const facts: CompactionFact[] = [];
  for (let op = 0; op < columns.count; op += 1) {
    const returnedMs = columns.returnedMs[op]!;
    const acknowledged = columns.status[op] === opStatus.ok;
    if (columns.kind[op] === opKind.compact && acknowledged) {
      const below = columns.words[columns.offset[op]!]!;
      facts.push({ op, returnedMs, below, acknowledged, local: false });
    }
    const read = pastRead(columns, op);
    if (read === 0 || !(columns.errors.get(op) ?? '').includes('has been compacted')) continue;
    facts.push({ op, returnedMs, below: read + 1, acknowledged: false, local: true });
  }
  return facts;
}

function concerns({ kind, member }: Columns, fact: CompactionFact, op: number): boolean {
  if (kind[op] !== opKind.serializableRange) return true;
  return fact.local && member[op] === member[fact.op];
}

/** The past revision a read asked for, or 0. */
function pastRead({ kind, words, offset }: Columns, op: number): number {
  const range = kind[op] === opKind.range || kind[op] === opKind.serializableRange;
  return range ? words[offset[op]! + 3]! : 0;
}
