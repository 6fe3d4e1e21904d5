import { kvWords, nodeWords, opKind, txnHeadWords } from '../columns/columns.ts';
import { OutOfBudget, spendTime } from '../budget.ts';
import {
  creditCauses,
  findCauses,
  openUnknowns,
  revokesByRevision,
  type Unowned,
} from './credit.ts';
import { execute, revokeLease } from './execute.ts';
import { journalWords, rollBack } from './machine.ts';
import { likeliestGroup } from './watch-log.ts';
import { beginRevision, checkReaders, makeRevision, noteWritten, type Replay } from './replay.ts';

/** What made a revision that nobody owns and no watcher saw: an operation, or a lease's expiry. */
export type Filling = { readonly op: number } | { readonly lease: number };

/** Found: what fills each hole. Else how far any filling got. */
export type HoleSearch =
  | { readonly found: true; readonly fillings: ReadonlyMap<number, Filling> }
  | {
      readonly found: false;
      readonly furthest: number;
      readonly fillings: ReadonlyMap<number, Filling>;
    };

/** Revisions without cause that are searched at most; beyond, the answer is unknown. */
const mostHoles = 5_000;

/**
 * Algorithm A′: tries what could have made each hole, in order of revision, going back where a read
 * disagrees. `failed` tells whether the replay has met a disagreement and resets it. The replay is
 * left as it was before `first`.
 */
export function fillHoles(
  replay: Replay,
  first: number,
  unowned: readonly Unowned[],
  failed: () => boolean,
): HoleSearch {
  const search: Search = {
    replay,
    failed,
    open: openUnknowns(replay.judgement),
    revokes: revokesByRevision(replay.judgement),
    volatileKeys: findVolatileKeys(replay),
    used: new Set(),
    unowned: [...unowned],
    path: new Map(),
    dead: new Set(),
    furthest: first,
    best: new Map(),
  };
  const mark = replay.machine.journal.length;
  const written = replay.written.length;
  let found = false;
  try {
    found = advance(search, first);
  } finally {
    rollBack(replay.machine, mark);
    replay.written.length = written;
  }
  if (found) return { found, fillings: new Map(search.path) };
  return { found, furthest: search.furthest, fillings: search.best };
}

interface Search {
  readonly replay: Replay;
  readonly failed: () => boolean;
  readonly open: readonly number[];
  readonly revokes: ReadonlyMap<number, readonly number[]>;
  readonly volatileKeys: readonly number[];
  readonly used: Set<number>;
  /** Watched revisions without owner met so far. */
  readonly unowned: Unowned[];
  readonly path: Map<number, Filling>;
  /** Configurations (hole, operations used, state) from which nothing works. */
  readonly dead: Set<string>;
  furthest: number;
  best: ReadonlyMap<number, Filling>;
}

/** Replays up to the next hole and branches there; true once the last revision is reached. */
function advance(search: Search, from: number): boolean {
  const { replay } = search;
  const { lastRevision, budget } = replay.judgement;
  const mark = replay.machine.journal.length;
  const met = search.unowned.length;
  for (let revision = from; revision <= lastRevision; revision += 1) {
    if ((revision & 255) === 0) spendTime(budget, 'searching what made revisions nobody saw');
    const caused = noteCauses(search, revision);
    if (!makeRevision(replay, revision)) {
      return branch(search, revision) || undo(search, mark, met);
    }
    checkReaders(replay, revision);
    if (search.failed() || !caused)
      return noteFurthest(search, revision) || undo(search, mark, met);
  }
  return everyCauseFits(search) || undo(search, mark, met);
}

/** False where nothing can have made what was watched. */
function noteCauses({ replay, used, open, revokes, unowned }: Search, revision: number): boolean {
  const { slot, log } = replay.judgement;
  if (slot[revision] !== -1 || likeliestGroup(log, revision) === -1) return true;
  const unused = open.filter((op) => !used.has(op));
  const found = findCauses(replay, revision, unused, revokes);
  unowned.push(found);
  return found.candidates.length > 0 || found.expiry !== 0;
}

/** What fills a hole cannot also be what made a watched revision. */
function everyCauseFits({ unowned, used }: Search): boolean {
  const left = unowned.map((each) => ({
    ...each,
    candidates: each.candidates.filter((op) => !used.has(op)),
  }));
  return creditCauses(left).uncaused.length === 0;
}

function branch(search: Search, revision: number): boolean {
  const { replay, path, dead } = search;
  if (path.size > mostHoles) {
    throw new OutOfBudget(
      `more than ${mostHoles} revisions have no known cause and no watcher saw them`,
    );
  }
  spendTime(replay.judgement.budget, 'searching what made revisions nobody saw');
  const configuration = describeConfiguration(search, revision);
  if (dead.has(configuration)) return false;
  noteFurthest(search, revision);
  for (const filling of fillingsAt(search, revision)) {
    if (tryFilling(search, revision, filling)) return true;
  }
  dead.add(configuration);
  return false;
}

function tryFilling(search: Search, revision: number, filling: Filling): boolean {
  const { replay, path, used } = search;
  const { machine, judgement } = replay;
  const mark = machine.journal.length;
  beginRevision(replay, revision);
  if ('op' in filling) execute(machine, judgement.columns, filling.op, revision);
  else revokeLease(machine, filling.lease);
  if (machine.journal.length === mark) return false;
  noteWritten(replay, machine.journal.length);
  path.set(revision, filling);
  if ('op' in filling) used.add(filling.op);
  checkReaders(replay, revision);
  const works = search.failed() ? noteFurthest(search, revision) : advance(search, revision + 1);
  if (works) return true;
  path.delete(revision);
  if ('op' in filling) used.delete(filling.op);
  return undo(search, mark, search.unowned.length);
}

function* fillingsAt(search: Search, revision: number): Generator<Filling> {
  const { open, used, replay, revokes } = search;
  const { floor } = replay.judgement.floors;
  for (const op of [...(revokes.get(revision) ?? []), ...open]) {
    if (!used.has(op) && floor[op]! < revision) yield { op };
  }
  const { attached } = replay.machine;
  for (let lease = 1; lease < attached.length; lease += 1) {
    if (attached[lease]! > 0) yield { lease };
  }
}

function undo({ replay, unowned }: Search, mark: number, met: number): false {
  rollBack(replay.machine, mark);
  unowned.length = met;
  replay.written.length = (mark / journalWords) * 2;
  return false;
}

function noteFurthest(search: Search, revision: number): false {
  if (revision > search.furthest) {
    search.furthest = revision;
    search.best = new Map(search.path);
  }
  return false;
}

/** All that the rest of the search depends on: two ways to the same configuration are one. */
function describeConfiguration({ volatileKeys, replay, used, unowned }: Search, revision: number) {
  const { value, mod, version, lease } = replay.machine;
  const state = volatileKeys.map(
    (key) => `${value[key]}.${mod[key]}.${version[key]}.${lease[key]}`,
  );
  const causes = unowned.map(({ revision: at, candidates }) => `${at}:${candidates.join('.')}`);
  const taken = [...used].toSorted((a, b) => a - b);
  return `${revision}|${taken.join()}|${state.join()}|${causes.join()}`;
}

function findVolatileKeys({ judgement, machine }: Replay): number[] {
  const { columns } = judgement;
  const { words } = columns;
  const keys = new Set<number>();
  const addRange = (node: number) => {
    if (words[node] === opKind.range) return;
    const end = Math.min(words[node + 2]!, machine.value.length);
    for (let key = words[node + 1]!; key < end; key += 1) keys.add(key);
  };
  const addLeased = (node: number) => {
    if (words[node] === opKind.put && words[node + 4] !== 0) keys.add(words[node + 1]!);
  };
  const open = new Set(openUnknowns(judgement));
  for (let op = 0; op < columns.count; op += 1) {
    forEachNode(columns, op, open.has(op) ? addRange : addLeased);
  }
  for (let at = 0; at < columns.initial.length; at += kvWords) {
    if (columns.initial[at + 5] !== 0) keys.add(columns.initial[at]!);
  }
  return [...keys];
}

function forEachNode(
  { words, kind, offset }: Replay['judgement']['columns'],
  op: number,
  visit: (node: number) => void,
): void {
  const at = offset[op]!;
  if (kind[op] === opKind.put || kind[op] === opKind.delete) visit(at);
  if (kind[op] !== opKind.txn) return;
  const first = at + txnHeadWords + words[at + 1]! * nodeWords;
  const end = first + (words[at + 2]! + words[at + 3]!) * nodeWords;
  for (let node = first; node < end; node += nodeWords) visit(node);
}
