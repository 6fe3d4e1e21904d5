import { textOf } from '../describe.ts';
import type { ObjectKind } from './judge-search.ts';
import { anything, nothing, type Model } from './model.ts';

/** One key of a store with get, put and append; an absent key reads as the empty text. */
export type KeyValueCall =
  | { readonly kind: 'get'; readonly value: string }
  | { readonly kind: 'put' | 'append'; readonly value: string };

export const keyValue: ObjectKind<KeyValueCall> = {
  build: keyValueModel,
  isRead: (call) => call.kind === 'get',
  tell: tellCall,
};

/** A text a key may hold, as its length, and the texts read that start with it. */
interface Held {
  readonly length: number;
  readonly reads: readonly string[];
}

/** The state of every text that no text read starts with: until the next put no read can fit it. */
const unread = 0;
const empty = 1;

function keyValueModel(calls: readonly KeyValueCall[]): Model {
  const gets = calls.filter(({ kind }) => kind === 'get').map(({ value }) => value);
  const held: Held[] = [
    { length: 0, reads: [] },
    { length: 0, reads: [...new Set(gets)] },
  ];
  const ids = new Map<string, number>([['', empty]]);
  const grown = (state: number, more: string): number => {
    const { length, reads } = held[state]!;
    const left = reads.filter((read) => read.startsWith(more, length));
    if (left[0] === undefined) return unread;
    const text = left[0].slice(0, length + more.length);
    const known = ids.get(text);
    if (known !== undefined) return known;
    ids.set(text, held.length);
    return held.push({ length: text.length, reads: left }) - 1;
  };
  const values = Int32Array.from(calls, ({ kind, value }) =>
    kind === 'append' ? anything : grown(empty, value),
  );
  const appended = new Map<number, number>();
  const append = (state: number, op: number): number => {
    const step = state * calls.length + op;
    const known = appended.get(step);
    if (known !== undefined) return known;
    const next = grown(state, calls[op]!.value);
    appended.set(step, next);
    return next;
  };
  return {
    initial: empty,
    step: (state, op) => {
      const { kind } = calls[op]!;
      if (kind === 'append') return append(state, op);
      return kind === 'put' || values[op] === state ? values[op]! : -1;
    },
    needs: values.map((value, op) => (calls[op]!.kind === 'get' ? value : anything)),
    produces: values.map((value, op) => {
      const { kind } = calls[op]!;
      if (kind === 'get') return nothing;
      return kind === 'put' ? value : anything;
    }),
  };
}

const verbs = { get: 'read', put: 'put', append: 'appended' } as const;

function tellCall(key: string, { kind, value }: KeyValueCall): string {
  const preposition = kind === 'append' ? 'to' : 'at';
  return `${verbs[kind]} ${textOf(value)} ${preposition} ${textOf(key)}`;
}
