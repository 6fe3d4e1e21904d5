import { opKind, opStatus } from '../columns/columns.ts';
import { describe } from '../describe.ts';
import { tellTogether, told } from '../explain.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import { findFloors } from '../revision/floors.ts';
import { readsSnapshot } from '../revision/slots.ts';
import type { Known, Look } from './checks.ts';

/** Contents were compared in the replay; here reads from the future, and what could not be judged. */
export function lookAtSnapshots({ judgement, byRevision }: Known): {
  'kv.serializable-snapshot': Look;
} {
  const { columns, findings, lastRevision } = judgement;
  const counts = { reads: 0, unjudged: 0 };
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.status[op] !== opStatus.ok || !readsSnapshot(columns, op)) continue;
    counts.reads += 1;
    const asked = columns.words[columns.offset[op]! + 3]!;
    const read = asked === 0 ? columns.revision[op]! : asked;
    const future = tellFuture(judgement, op, read, lastRevision);
    if (future !== undefined) {
      const operations = [judgement.slot[read] ?? -1, op];
      const atMs = columns.returnedMs[op]!;
      report(findings['kv.serializable-snapshot'], 'future-read', operations, atMs, () => future);
    } else if (read > byRevision.knownTo || read < columns.startRevision) counts.unjudged += 1;
  }
  if (counts.reads === 0) {
    const notExercised = 'no serializable or past-revision read was acknowledged';
    return { 'kv.serializable-snapshot': { counts, notExercised } };
  }
  const unknown = `the state is not known for ${counts.unjudged} of ${counts.reads} reads`;
  return { 'kv.serializable-snapshot': counts.unjudged === 0 ? { counts } : { counts, unknown } };
}

function tellFuture(
  { columns, slot }: Judgement,
  op: number,
  read: number,
  lastRevision: number,
): string | undefined {
  if (read > columns.revision[op]!) return `${told(columns, op)}, older than what it asked for`;
  const writer = slot[read] ?? -1;
  if (read > lastRevision) return `${told(columns, op)}, higher than all writes together made`;
  if (writer === -1 || columns.invokedMs[writer]! <= columns.returnedMs[op]!) return undefined;
  return `${told(columns, op)}, before that revision's write was sent: ${describe(columns, writer, 'past')}`;
}

/** On one member, from one start of it to the next, what is served never goes back. */
export function lookAtMonotonicity({ judgement, restarts }: Known): {
  'kv.serializable-monotonic': Look;
} {
  const { columns, findings } = judgement;
  const counts = { reads: 0, members: 0 };
  for (const [member, name] of columns.members.entries()) {
    const starts = restarts.filter((restart) => restart.member === name).map(({ atMs }) => atMs);
    const bounds = [-Infinity, ...starts.toSorted((a, b) => a - b), Infinity];
    const before = counts.reads;
    for (let life = 0; life + 1 < bounds.length; life += 1) {
      counts.reads += checkLife(judgement, member, bounds[life]!, bounds[life + 1]!, findings);
    }
    if (counts.reads > before) counts.members += 1;
  }
  const notExercised = 'no serializable read was acknowledged';
  return { 'kv.serializable-monotonic': counts.reads > 0 ? { counts } : { counts, notExercised } };
}

/** Every answer of a member shows what it had applied, so each bounds its later serializable reads. */
function checkLife(
  { columns }: Judgement,
  member: number,
  fromMs: number,
  toMs: number,
  findings: Judgement['findings'],
): number {
  const within = (op: number) =>
    columns.status[op] === opStatus.ok &&
    columns.member[op] === member &&
    columns.kind[op] !== opKind.keepalive &&
    columns.invokedMs[op]! >= fromMs &&
    columns.returnedMs[op]! < toMs;
  const serializable = (op: number) => columns.kind[op] === opKind.serializableRange && within(op);
  let reads = 0;
  for (let op = 0; op < columns.count && reads === 0; op += 1) if (serializable(op)) reads = 1;
  if (reads === 0) return 0;
  reads = 0;
  const { floor, witness } = findFloors(columns, within);
  for (let op = 0; op < columns.count; op += 1) {
    if (!serializable(op)) continue;
    reads += 1;
    if (witness[op] === -1 || columns.revision[op]! >= floor[op]!) continue;
    const operations = [witness[op]!, op];
    report(
      findings['kv.serializable-monotonic'],
      'went-back',
      operations,
      columns.returnedMs[op]!,
      () => tellTogether(columns, op, witness[op]!),
    );
  }
  return reads;
}
