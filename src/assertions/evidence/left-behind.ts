import { formatDuration } from '../../duration.ts';
import { epochTitle } from '../../history/epoch.ts';
import type { Epoch } from '../../history/epochs-of.ts';
import type { Operation } from '../../history/operation.ts';
import type { Violation } from '../../verdict.ts';
import { atTime, count, describeOperation } from './describe.ts';
import type { FinalRead } from './final-read.ts';

/**
 * Acknowledged writes of an epoch above the revision that the next one was restored at: gone by
 * design, which is the RPO. Times are those of the acknowledgements.
 */
export interface LeftBehind {
  /** Above it a write is left behind; Infinity where no epoch follows, or from what is not known. */
  readonly aboveRevision: number;
  /** Of the next epoch, for a sentence; empty where none follows. */
  readonly next: string;
  writes: number;
  /** The earliest few, at most `listed`. */
  readonly first: { readonly operation: Operation; readonly position: number }[];
  /** Of the last write that was kept; of the epoch's begin where none was. */
  keptUntilMs: number;
  /** Of the first one left behind. */
  goneFromMs: number;
  /** Of the last one left behind. */
  goneUntilMs: number;
}

/** The state that the next epoch began with: what is left of the epoch before it. */
export function keptByNext({ number, next }: Epoch): FinalRead[] {
  if (next === undefined || next.unknownBecause !== undefined) return [];
  return [
    {
      source: `the state that ${epochTitle(number + 1, next)} began with`,
      invokedMs: Infinity,
      revision: next.restoredRevision,
      values: new Map([...next.state()].map((kv) => [kv.key, kv])),
      // Nobody sees a forced cluster before it has led for a moment.
      leasesMayHaveEnded: next.kind === 'force-new-cluster',
    },
  ];
}

export function leftBehind({ number, start, next }: Epoch): LeftBehind {
  const startedMs = start?.startedMs ?? 0;
  return {
    aboveRevision:
      next?.unknownBecause === undefined ? (next?.restoredRevision ?? Infinity) : Infinity,
    next: next === undefined ? '' : epochTitle(number + 1, next),
    writes: 0,
    first: [],
    keptUntilMs: startedMs,
    goneFromMs: Infinity,
    goneUntilMs: startedMs,
  };
}

/** Whether an acknowledged write is left behind; notes it either way. */
export function noteLeftBehind(
  behind: LeftBehind,
  operation: Operation,
  position: number,
  revision: number,
): boolean {
  const { returnedMs } = operation;
  if (revision <= behind.aboveRevision) {
    behind.keptUntilMs = Math.max(behind.keptUntilMs, returnedMs);
    return false;
  }
  behind.writes += 1;
  behind.goneFromMs = Math.min(behind.goneFromMs, returnedMs);
  behind.goneUntilMs = Math.max(behind.goneUntilMs, returnedMs);
  if (behind.first.length < listed) behind.first.push({ operation, position });
  return true;
}

/**
 * From the last acknowledged write that was kept, or the first that was not, whichever came first (a
 * kept one may have been answered late), to the last that was not; 0 where all were kept.
 */
export function rpoMs({ writes, keptUntilMs, goneFromMs, goneUntilMs }: LeftBehind): number {
  return writes === 0 ? 0 : Math.max(0, goneUntilMs - Math.min(keptUntilMs, goneFromMs));
}

/** The loss in one sentence, the first writes by name. */
export function tellLeftBehind(behind: LeftBehind): string {
  const named = behind.first.slice(0, namedInSummary).map(nameOf);
  const rest = behind.writes - named.length;
  const more = rest > 0 ? ` and ${count(rest, 'more', 'more')}` : '';
  return `${behind.next} went on without ${count(behind.writes, 'acknowledged write')} of the last ${formatDuration(rpoMs(behind))}: ${named.join(', ')}${more}`;
}

/** The loss as what it is where a drill does not allow it: the first writes, then how many more. */
export function violationsOf(behind: LeftBehind, allowed: string): Violation[] {
  const found = behind.first.map(({ operation, position }): Violation => ({
    message: `${nameOf({ operation, position })} is lost, and ${allowed}: ${behind.next} went on without it`,
    operations: [position],
    moments: [
      { t: operation.returnedMs, member: operation.member, text: 'lost write acknowledged' },
    ],
  }));
  const more = behind.writes - found.length;
  return more > 0 ? [...found, { message: `${count(more, 'more write')} lost likewise` }] : found;
}

const listed = 20;
const namedInSummary = 5;

function nameOf({ operation, position }: LeftBehind['first'][number]): string {
  return `${describeOperation(operation, position)} ${atTime(operation.returnedMs)}`;
}
