import type { WatchRequest } from '../history/operation.ts';
import type { Random } from '../runner/random.ts';
import { type Ability, isAble } from './abilities.ts';
import { keyName } from './requests.ts';
import type { LoadSpec } from './spec.ts';

/**
 * The kinds of watches of a load:
 *
 * - `prefix`: every key of the load, from now on;
 * - `past`, `future`: from a revision that is, or is yet to come;
 * - `prev-kv`: with what each event replaced;
 * - `progress`: asked for its progress again and again;
 * - `fragment`: from long ago, in parts where that is much;
 * - `many`: several watches on one stream, of one key each and of ranges;
 * - `resumed`: cut, and opened again after the last revision it was sent.
 */
export const watchKinds = [
  'prefix',
  'past',
  'future',
  'prev-kv',
  'progress',
  'fragment',
  'many',
  'resumed',
] as const;
export type WatchKind = (typeof watchKinds)[number];

const needs: Partial<Record<WatchKind, Ability>> = {
  progress: 'watch progress requests',
  fragment: 'watch fragments',
};

/** The kinds that etcd of a version knows. */
export function watchKindsOf(version: string): WatchKind[] {
  return watchKinds.filter((kind) => {
    const need = needs[kind];
    return need === undefined || isAble(version, need);
  });
}

const fewRevisions = 200;
const manyRevisions = 5000;
const watchesOnOneStream = 8;

/** What a stream of a kind asks for: its first watch, then those added to it. */
export function watchRequests(
  kind: WatchKind,
  spec: LoadSpec,
  lastRevision: number,
  random: Random,
): [WatchRequest, ...WatchRequest[]] {
  const every = { key: spec.prefix, end: `${spec.prefix}~` };
  const back = (revisions: number): number =>
    Math.max(1, lastRevision - random.integer(Math.min(revisions, lastRevision + 1)));
  switch (kind) {
    case 'prefix':
    case 'progress':
    case 'resumed':
      return [every];
    case 'past':
      return [{ ...every, startRevision: back(fewRevisions) }];
    case 'future':
      return [{ ...every, startRevision: lastRevision + 1 + random.integer(fewRevisions) }];
    case 'prev-kv':
      return [{ ...every, prevKv: true }];
    case 'fragment':
      return [{ ...every, startRevision: back(manyRevisions), prevKv: true, fragment: true }];
    case 'many':
      return [every, ...Array.from({ length: watchesOnOneStream - 1 }, () => some())];
  }

  function some(): WatchRequest {
    const key = keyName(spec, random.integer(spec.keys));
    const startRevision = back(fewRevisions);
    return random.integer(2) === 0
      ? { key, startRevision }
      : { key, end: every.end, startRevision, prevKv: true };
  }
}
