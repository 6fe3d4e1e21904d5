import { OutOfBudget, spendTime } from '../budget.ts';
import { opKind } from '../columns/columns.ts';
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
import { isUnexplained, reportHole, reportUncaused } from './unexplained.ts';
import { likeliestGroup } from './watch-log.ts';

/** What algorithm A leaves for the properties that need the state or the log. */
export interface ByRevision {
  readonly replay: Replay;
  /** The log is known up to here; beyond the first unexplained hole nothing is. */
  readonly knownTo: number;
  readonly unowned: readonly Unowned[];
  readonly causes: ReadonlyMap<number, number>;
  readonly fillings: ReadonlyMap<number, Filling>;
  /** Why nothing is known beyond `knownTo`, where that is not the last revision. */
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
  const mood = { searching: false, failed: false, pastReads: true, pastReadsFailed: false };
  const replay: Replay = startReplay(judgement, readers, (found) => {
    if (!mood.searching) {
      if (found.kind !== 'lease') reportDisagreement(replay, found);
    } else if (found.kind !== 'snapshot') mood.failed = true;
    else if (mood.pastReads && isPastRead(found.op)) mood.failed = mood.pastReadsFailed = true;
  });
  // What was read of the past, linearizable, tells what filled a hole; a member's own view does not.
  const isPastRead = (op: number): boolean => judgement.columns.kind[op] === opKind.range;
  const failed = (): boolean => {
    const was = mood.failed;
    mood.failed = false;
    return was;
  };
  const search = (revision: number, unowned: readonly Unowned[]) => {
    mood.searching = true;
    try {
      return fillHoles(replay, revision, unowned, failed);
    } finally {
      mood.searching = false;
    }
  };
  const searchHoles: SearchHoles = (revision, unowned) => {
    const found = search(revision, unowned);
    // A hole that nothing fits is told; else one wrong read of the past must not hide the rest.
    if (found.found || isUnexplained(judgement, found) || !mood.pastReadsFailed) return found;
    mood.pastReads = false;
    return search(revision, unowned);
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
  const { unowned, fillings = new Map<number, Filling>() } = course;
  const knownTo = revision - 1;
  const because = `what was written after revision ${knownTo + columns.baseRevision} is not known`;
  const unknownBecause = knownTo < lastRevision ? (course.unknownBecause ?? because) : undefined;
  return { replay, knownTo, unowned, causes, fillings, unknownBecause };
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
      if (isUnexplained(replay.judgement, search)) reportHole(replay.judgement, search.furthest);
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
