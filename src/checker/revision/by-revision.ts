import { OutOfBudget, spendTime } from '../budget.ts';
import { opKind, opStatus } from '../columns/columns.ts';
import { told } from '../explain.ts';
import { report } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import {
  creditCauses,
  findCauses,
  openUnknowns,
  revokesByRevision,
  type Unowned,
} from './credit.ts';
import { reportDisagreement } from './disagreements.ts';
import { bindByEvidence } from './evidence.ts';
import { execute, revokeLease } from './execute.ts';
import { fillHoles, type Filling, type HoleSearch } from './holes.ts';
import { checkAnswersFit, checkRealTime } from './real-time.ts';
import {
  beginRevision,
  checkReaders,
  makeRevision,
  noteWritten,
  startReplay,
  type Replay,
} from './replay.ts';
import { bucketReaders } from './slots.ts';
import { likeliestGroup } from './watch-log.ts';

/** What algorithm A leaves for the properties that need the state or the log. */
export interface ByRevision {
  readonly replay: Replay;
  /** The log is known up to here; beyond the first unexplained hole nothing is. */
  readonly knownTo: number;
  readonly unowned: readonly Unowned[];
  readonly causes: ReadonlyMap<number, number>;
  readonly fillings: ReadonlyMap<number, Filling>;
  /** Why linearizability cannot be told, where it cannot. */
  readonly unknownBecause: string | undefined;
}

/**
 * Algorithm A. etcd numbers every write, so linearizability needs no search: the order of revisions
 * must extend real time, exactly one operation moves the revision from r − 1 to r, and every result
 * must equal the state at its revision.
 */
export function judgeByRevision(judgement: Judgement): ByRevision {
  checkAnswersFit(judgement);
  checkRealTime(judgement);
  bindByEvidence(judgement);
  const readers = bucketReaders(judgement.columns, judgement.lastRevision);
  const mood = { searching: false, failed: false };
  const replay: Replay = startReplay(judgement, readers, (found) => {
    if (mood.searching) mood.failed ||= found.kind !== 'snapshot' || isPastRead(found.op);
    else if (found.kind !== 'lease') reportDisagreement(replay, found);
  });
  // What was read of the past, linearizable, tells what filled a hole; a member's own view does not.
  const isPastRead = (op: number): boolean => judgement.columns.kind[op] === opKind.range;
  const failed = (): boolean => {
    const was = mood.failed;
    mood.failed = false;
    return was;
  };
  const searchHoles = (revision: number, unowned: readonly Unowned[]) => {
    mood.searching = true;
    try {
      return fillHoles(replay, revision, unowned, failed);
    } finally {
      mood.searching = false;
    }
  };
  return replayAll(replay, searchHoles);
}

function replayAll(replay: Replay, searchHoles: SearchHoles): ByRevision {
  const { judgement } = replay;
  const { columns, slot, log, lastRevision, budget } = judgement;
  const revokes = revokesByRevision(judgement);
  const course: Course = {
    open: openUnknowns(judgement),
    spent: new Set(),
    unowned: [],
    fillings: undefined,
  };
  checkReaders(replay, columns.startRevision);
  let revision = columns.startRevision + 1;
  for (; revision <= lastRevision; revision += 1) {
    if ((revision & 4095) === 0) spendTime(budget, 'replaying the revisions');
    if (slot[revision] === -1 && likeliestGroup(log, revision) !== -1) {
      course.unowned.push(findCauses(replay, revision, course.open, revokes));
    }
    if (!makeRevision(replay, revision) && !fillHole(replay, revision, course, searchHoles)) break;
    checkReaders(replay, revision);
  }
  replay.journalAt.fill(replay.machine.journal.length, revision);
  const { uncaused, causes } = creditCauses(withoutSpent(course));
  for (const each of uncaused) reportUncaused(judgement, each);
  const { unowned, unknownBecause, fillings = new Map<number, Filling>() } = course;
  return { replay, knownTo: revision - 1, unowned, causes, fillings, unknownBecause };
}

type SearchHoles = (revision: number, unowned: readonly Unowned[]) => HoleSearch;

/** What has become of unknown operations on the way. */
interface Course {
  /** Not bound to a revision, and not spent on a hole. */
  open: readonly number[];
  readonly spent: Set<number>;
  readonly unowned: Unowned[];
  /** Found once, at the first hole, for all of them. */
  fillings: ReadonlyMap<number, Filling> | undefined;
  unknownBecause?: string;
}

/** False where nothing fits the hole, or the budget did not suffice to tell. */
function fillHole(
  replay: Replay,
  revision: number,
  course: Course,
  searchHoles: SearchHoles,
): boolean {
  try {
    if (course.fillings === undefined) {
      const search = searchHoles(revision, course.unowned);
      if (!search.found) reportHole(replay, search);
      course.fillings = search.fillings;
      for (const each of search.fillings.values()) if ('op' in each) course.spent.add(each.op);
      course.open = course.open.filter((op) => !course.spent.has(op));
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    course.unknownBecause = error.message;
    return false;
  }
  const filling = course.fillings.get(revision);
  if (filling !== undefined) fill(replay, revision, filling);
  return filling !== undefined;
}

/** An operation spent on a hole made nothing else. */
function withoutSpent({ unowned, spent }: Course): Unowned[] {
  const left = (ops: readonly number[]) => ops.filter((op) => !spent.has(op));
  return unowned.map((each) => ({ ...each, candidates: left(each.candidates) }));
}

function fill(replay: Replay, revision: number, filling: Filling): void {
  beginRevision(replay, revision);
  const { machine, judgement } = replay;
  if ('op' in filling) execute(machine, judgement.columns, filling.op, revision);
  else revokeLease(machine, filling.lease);
  noteWritten(replay, machine.journal.length);
}

/** A disagreement further on is reported where the replay meets it; a hole that nothing fits is not. */
function reportHole({ judgement }: Replay, search: HoleSearch): void {
  if (search.found || search.fillings.has(search.furthest)) return;
  const { columns, findings, slot, log } = judgement;
  const revision = search.furthest;
  if (slot[revision] !== -1 || likeliestGroup(log, revision) !== -1) return;
  const there = witnessesOf(judgement, revision);
  const at = revision + columns.baseRevision;
  const atMs = firstReturn(judgement, there);
  report(findings['kv.linearizable'], 'revision-invalid', there.slice(0, 1), atMs, () => {
    const who = there[0] === undefined ? '' : `, yet ${told(columns, there[0])}`;
    return `no operation of unknown outcome can have brought the keyspace to revision ${at}${who}`;
  });
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

function reportUncaused(judgement: Judgement, revision: number): void {
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

function firstReturn({ columns }: Judgement, ops: readonly number[]): number {
  return ops[0] === undefined ? 0 : columns.returnedMs[ops[0]]!;
}
