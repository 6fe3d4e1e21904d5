import { kvWords, nodeWords, opKind, opStatus } from '../columns/columns.ts';
import { told } from '../explain.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import { branchOf } from '../revision/execute.ts';
import { forEachPut } from '../revision/writers.ts';
import type { Known, Look } from './checks.ts';

/**
 * Every acknowledged write is in the log at its revision. A put that the watchers missed but a read
 * showed at its revision is the watchers' loss; a delete without an event is not told apart.
 */
export function lookAtDurability({ judgement }: Known): { 'kv.durable': Look } {
  const { columns, findings } = judgement;
  const shown = shownByReads(judgement);
  const counts = { writes: 0, watched: 0, read: 0, unproven: 0 };
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.effective[op] === 0) continue;
    counts.writes += 1;
    const proof = proofOf(judgement, op, shown);
    if (proof !== 'lost') counts[proof] += 1;
    else {
      report(
        findings['kv.durable'],
        'lost-write',
        [op],
        columns.returnedMs[op]!,
        () => `${told(columns, op)}, but that revision holds no such write`,
      );
    }
  }
  if (counts.writes === 0) {
    return { 'kv.durable': { counts, notExercised: 'no write was acknowledged' } };
  }
  if (counts.unproven === 0) return { 'kv.durable': { counts } };
  const unknown = `${counts.unproven} of ${counts.writes} acknowledged writes were neither watched nor read`;
  return { 'kv.durable': { counts, unknown } };
}

function proofOf(
  judgement: Judgement,
  op: number,
  shown: Uint8Array,
): 'watched' | 'read' | 'unproven' | 'lost' {
  const { columns, log, lastRevision } = judgement;
  const revision = columns.revision[op]!;
  if (revision > lastRevision) return 'lost';
  if (isLogged(judgement, op, revision)) return 'watched';
  const { puts, read } = countPuts(columns, op, shown);
  if (read > 0) return 'read';
  if (judgement.missed.has(op)) return 'lost';
  const covered = log.coverage[revision]! > 0 || log.head[revision] !== -1;
  if (!covered) return 'unproven';
  return puts === 0 ? 'unproven' : 'lost';
}

/** Puts in a request, and those whose value a read showed. */
function countPuts(columns: Judgement['columns'], op: number, shown: Uint8Array) {
  const { words, kind, offset } = columns;
  if (kind[op] === opKind.put) return { puts: 1, read: shown[words[offset[op]! + 3]!]! };
  const found = { puts: 0, read: 0 };
  forEachPut(columns, op, (node) => {
    found.puts += 1;
    found.read += shown[words[node + 3]!]!;
  });
  return found;
}

/** Whether any stream's events of a revision hold everything the operation says it wrote. */
function isLogged({ columns, log }: Judgement, op: number, revision: number): boolean {
  for (let group = log.head[revision]!; group !== -1; group = log.groups.data[group + 2]!) {
    const first = log.groups.data[group]!;
    const end = first + log.groups.data[group + 1]!;
    if (groupHolds(columns, op, first, end)) return true;
  }
  return false;
}

function groupHolds(
  columns: Judgement['columns'],
  op: number,
  first: number,
  end: number,
): boolean {
  const { words, kind, offset, events } = columns;
  const has = (test: (event: number) => boolean): boolean => {
    for (let event = first; event < end; event += 1) if (test(event)) return true;
    return false;
  };
  const at = offset[op]!;
  const [from, to] = kind[op] === opKind.txn ? branchOf(words, at, words[at] === 1) : [at, at + 1];
  for (let node = from; node < to; node += nodeWords) {
    const lo = words[node + 1]!;
    const hi = words[node + 2]!;
    const value = words[node + 3]!;
    if (
      words[node] === opKind.put &&
      !has((event) => events.key[event] === lo && events.value[event] === value)
    ) {
      return false;
    }
    if (words[node] !== opKind.delete || value <= 0) continue;
    if (
      !has(
        (event) =>
          events.value[event] === -1 && events.key[event]! >= lo && events.key[event]! < hi,
      )
    ) {
      return false;
    }
  }
  return true;
}

/** Per value: 1 where a read showed it at its acknowledged revision. */
function shownByReads({ columns, writers }: Judgement): Uint8Array {
  const { words, kind, status, offset, revision } = columns;
  const shown = new Uint8Array(columns.values.length);
  for (let op = 0; op < columns.count; op += 1) {
    const range = kind[op] === opKind.range || kind[op] === opKind.serializableRange;
    const result = range && status[op] === opStatus.ok ? words[offset[op]! + 5]! : -1;
    if (result === -1) continue;
    const end = result + 2 + words[result + 1]! * kvWords;
    for (let at = result + 2; at < end; at += kvWords) {
      const writer = writers[words[at + 1]!]!;
      if (writer >= 0 && revision[writer] === words[at + 3]) shown[words[at + 1]!] = 1;
    }
  }
  return shown;
}
