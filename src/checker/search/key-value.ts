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

function keyValueModel(calls: readonly KeyValueCall[]): Model {
  const ids = new Map<string, number>([['', 0]]);
  const texts = [''];
  const idOf = (text: string): number => {
    const known = ids.get(text);
    if (known !== undefined) return known;
    ids.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const values = Int32Array.from(calls, ({ value }) => idOf(value));
  const appended = new Map<number, number>();
  const append = (state: number, op: number): number => {
    const step = state * calls.length + op;
    const known = appended.get(step);
    if (known !== undefined) return known;
    const next = idOf(`${texts[state]}${calls[op]!.value}`);
    appended.set(step, next);
    return next;
  };
  return {
    initial: 0,
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
