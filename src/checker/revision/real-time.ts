import { opKind, type Columns } from '../columns/columns.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import { told, tellTogether } from '../explain.ts';
import { boundsOthers } from './floors.ts';

/** An answer to another question proves nothing, except that something is broken. */
export function checkAnswersFit({ columns, findings }: Judgement): void {
  for (const op of columns.misfits) {
    report(
      findings['kv.linearizable'],
      'state-mismatch',
      [op],
      columns.returnedMs[op]!,
      () => `${told(columns, op)}, which does not have the shape of an answer to its request`,
    );
  }
}

/** The order of revisions must extend real time: nothing at or below what was returned before it. */
export function checkRealTime(judgement: Judgement): void {
  const { columns, floors, lastRevision } = judgement;
  for (let op = 0; op < columns.count; op += 1) {
    if (!boundsOthers(columns, op)) continue;
    const revision = columns.revision[op]!;
    const floor = floors.floor[op]!;
    if (revision > lastRevision)
      reportInvalid(judgement, op, 'higher than all writes together made');
    else if (columns.effective[op] === 1 ? revision > floor : revision >= floor) continue;
    else reportOutOfOrder(judgement, op);
  }
}

function reportOutOfOrder(judgement: Judgement, op: number): void {
  const { columns, floors, findings } = judgement;
  const witness = floors.witness[op]!;
  if (columns.revision[op]! <= columns.startRevision && (witness === -1 || wrote(columns, op))) {
    reportInvalid(judgement, op, `not above ${startOf(columns)}, where this history begins`);
    return;
  }
  const atMs = columns.returnedMs[op]!;
  const kind = outOfOrderKind(columns, op, witness);
  report(findings['kv.linearizable'], kind, [witness, op], atMs, () =>
    tellTogether(columns, op, witness),
  );
}

function outOfOrderKind(columns: Columns, op: number, witness: number): string {
  if (!wrote(columns, op)) return columns.kind[op] === opKind.txn ? 'stale-txn' : 'stale-read';
  if (witness === -1 || !wrote(columns, witness)) return 'future-read';
  return columns.revision[op] === columns.revision[witness]
    ? 'revision-collision'
    : 'write-reordered';
}

function reportInvalid({ columns, findings }: Judgement, op: number, why: string): void {
  report(
    findings['kv.linearizable'],
    'revision-invalid',
    [op],
    columns.returnedMs[op]!,
    () => `${told(columns, op)}: a revision ${why}`,
  );
}

function wrote(columns: Columns, op: number): boolean {
  return columns.effective[op] === 1;
}

function startOf({ startRevision, baseRevision }: Columns): number {
  return startRevision + baseRevision;
}
