import { intBuffer, push, type IntBuffer } from './int-buffer.ts';
import { intern, interner, type Interner } from './interner.ts';

/** What encoding operations and watch records shares: the arena and the tables of texts. */
export interface Encoder {
  readonly words: IntBuffer;
  readonly keys: Interner;
  readonly values: Interner;
  readonly leases: Interner;
  readonly members: Interner;
  /** Places in `words` that hold key ids until all keys are known and can be ranked. */
  readonly keyPlaces: IntBuffer;
  /** Places that hold a key id and want the rank after it: the end of a single key. */
  readonly afterKeyPlaces: IntBuffer;
  readonly baseRevision: number;
}

export function encoder(baseRevision: number): Encoder {
  return {
    words: intBuffer(1 << 12),
    keys: interner(),
    values: interner(),
    leases: interner(''),
    members: interner(),
    keyPlaces: intBuffer(),
    afterKeyPlaces: intBuffer(),
    baseRevision,
  };
}

export function placeKey(to: Encoder, at: number, key: string): void {
  to.words.data[at] = intern(to.keys, key);
  push(to.keyPlaces, at);
}

/** Places the exclusive end of a range: absent is the key alone, `'\0'` everything from it on. */
export function placeEnd(to: Encoder, at: number, key: string, end: string | undefined): void {
  if (end === '\0') {
    to.words.data[at] = 0x7fffffff;
  } else if (end === undefined || end === '') {
    to.words.data[at] = intern(to.keys, key);
    push(to.afterKeyPlaces, at);
  } else {
    placeKey(to, at, end);
  }
}

/** Once every key is known: ids in the arena become ranks. */
export function rankKeys(to: Encoder, rank: Int32Array): void {
  const { data } = to.words;
  for (let place = 0; place < to.keyPlaces.length; place += 1) {
    const at = to.keyPlaces.data[place]!;
    data[at] = rank[data[at]!]!;
  }
  for (let place = 0; place < to.afterKeyPlaces.length; place += 1) {
    const at = to.afterKeyPlaces.data[place]!;
    data[at] = rank[data[at]!]! + 1;
  }
}

/**
 * A past revision asked for, relative; 0 stays 0 ("now"). What lies before this history all counts
 * as -1: there is no state to compare it with.
 */
export function relative(to: Encoder, revision: number | undefined): number {
  if (revision === undefined || revision === 0) return 0;
  return Math.max(-1, revision - to.baseRevision) || -1;
}
