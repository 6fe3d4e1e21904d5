import { isDeepStrictEqual } from 'node:util';
import type { Operation, WatchEvent } from '../../../src/history/operation.ts';
import { dropLease, emptyState, step, type ModelState, type Step } from './model.ts';

/**
 * Tries every order. The history is linearizable if one order of all acknowledged operations, any
 * unknown ones and any lease expiries fits real time, gives every result exactly, and writes at each
 * watched revision exactly what was watched there.
 */
export function isLinearizable(
  operations: readonly Operation[],
  watched: ReadonlyMap<number, readonly WatchEvent[]>,
): boolean {
  const mustPlace = operations.filter(({ outcome }) => outcome.status === 'ok');
  const mayPlace = operations.filter(({ outcome }) => outcome.status === 'unknown');
  const last = Math.max(0, ...watched.keys());
  const dead = new Set<string>();
  const search = (state: ModelState, placed: ReadonlySet<Operation>): boolean => {
    if (state.revision >= last && mustPlace.every((each) => placed.has(each))) return true;
    const key = fingerprint(state, operations, placed);
    if (dead.has(key)) return false;
    const left = mustPlace.filter((each) => !placed.has(each));
    const firstReturnMs = Math.min(...left.map(({ returnedMs }) => returnedMs));
    for (const next of [...left, ...mayPlace]) {
      if (placed.has(next) || next.invokedMs > firstReturnMs) continue;
      const taken = step(state, next.request);
      if (next.outcome.status === 'ok' && !isDeepStrictEqual(taken.result, next.outcome.result)) {
        continue;
      }
      if (fits(taken, watched) && search(taken.state, new Set([...placed, next]))) return true;
    }
    for (const lease of new Set([...state.kvs.values()].map((kv) => kv.lease))) {
      if (lease === undefined) continue;
      const expired = dropLease(state, lease);
      if (fits(expired, watched) && search(expired.state, placed)) return true;
    }
    dead.add(key);
    return false;
  };
  return search(emptyState, new Set());
}

function fits(taken: Step, watched: ReadonlyMap<number, readonly WatchEvent[]>): boolean {
  if (taken.events.length === 0) return true;
  const seen = watched.get(taken.state.revision);
  return seen === undefined || isDeepStrictEqual(essence(seen), essence(taken.events));
}

function essence(events: readonly WatchEvent[]) {
  return events
    .map((event) =>
      event.type === 'put' ? [event.kv.key, event.kv.value, event.kv.lease] : [event.key],
    )
    .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

function fingerprint(
  state: ModelState,
  operations: readonly Operation[],
  placed: ReadonlySet<Operation>,
): string {
  const mask = operations.map((each) => (placed.has(each) ? '1' : '0')).join('');
  const entries = [...state.kvs.values()].map((kv) => Object.values(kv).join('.')).toSorted();
  return `${mask}|${state.revision}|${entries.join()}`;
}
