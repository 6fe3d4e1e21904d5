import { opStatus } from '../columns/columns.ts';
import { told } from '../explain.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import type { HoleSearch } from './holes.ts';
import { likeliestGroup } from './watch-log.ts';

/**
 * Whether the search ended at a hole that nothing fits. A disagreement further on is none: that is
 * reported where the replay meets it.
 */
export function isUnexplained(
  { slot, log }: Judgement,
  search: HoleSearch,
): search is Extract<HoleSearch, { readonly found: false }> {
  if (search.found || search.fillings.has(search.furthest)) return false;
  return slot[search.furthest] === -1 && likeliestGroup(log, search.furthest) === -1;
}

/** Of a revision that nobody is known to have made, and nobody can. */
export function reportHole(judgement: Judgement, revision: number): void {
  const { columns, findings } = judgement;
  const there = witnessesOf(judgement, revision);
  const at = revision + columns.baseRevision;
  const atMs = firstReturn(judgement, there);
  report(findings['kv.linearizable'], 'revision-invalid', there.slice(0, 1), atMs, () => {
    const who = there[0] === undefined ? '' : `, yet ${told(columns, there[0])}`;
    return `no operation of unknown outcome can have brought the keyspace to revision ${at}${who}`;
  });
}

/** Of what watchers were sent, and nobody can have done. */
export function reportUncaused(judgement: Judgement, revision: number): void {
  const { columns, log, findings } = judgement;
  const group = likeliestGroup(log, revision);
  const event = log.groups.data[group]!;
  const end = event + log.groups.data[group + 1]!;
  let puts = false;
  for (let each = event; each < end; each += 1) puts ||= columns.events.value[each] !== -1;
  const key = columns.keys[columns.events.key[event]!];
  const at = revision + columns.baseRevision;
  const there = witnessesOf(judgement, revision);
  const kind = puts ? 'phantom-value' : 'delete-without-cause';
  report(
    findings['kv.linearizable'],
    kind,
    there.slice(0, 1),
    firstReturn(judgement, there),
    () => {
      const what = puts ? 'was written' : 'was deleted';
      return `${key} ${what} at revision ${at}, but no operation and no lease expiry can have done it`;
    },
  );
}

/** Operations that were told this revision, else the one told the next higher. */
function witnessesOf({ columns }: Judgement, revision: number): number[] {
  let there: number[] = [];
  let lowest = Infinity;
  for (let op = 0; op < columns.count; op += 1) {
    const header = columns.revision[op]!;
    if (columns.status[op] !== opStatus.ok || header < revision || header > lowest) continue;
    if (header < lowest) there = [];
    lowest = header;
    there.push(op);
  }
  return there;
}

function firstReturn({ columns }: Judgement, ops: readonly number[]): number {
  return ops[0] === undefined ? 0 : columns.returnedMs[ops[0]]!;
}
