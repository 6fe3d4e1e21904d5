import type { ObjectKind } from './judge-search.ts';
import { anything, nothing, type Model } from './model.ts';

/** A single register: read, write, compare-and-set. `null` is nil, what it holds at first. */
export type RegisterCall =
  | { readonly kind: 'read'; readonly value: string | null }
  | { readonly kind: 'write'; readonly value: string }
  /** `ok` false is an answer too: the value was not `from`. Absent: not known. */
  | { readonly kind: 'cas'; readonly from: string; readonly to: string; readonly ok?: boolean };

export const register: ObjectKind<RegisterCall> = {
  build: registerModel,
  isRead: (call) => call.kind === 'read' || (call.kind === 'cas' && call.ok === false),
  tell: tellCall,
};

function registerModel(calls: readonly RegisterCall[]): Model {
  const ids = new Map<string | null, number>([[null, 0]]);
  const idOf = (value: string | null): number => {
    const known = ids.get(value);
    if (known !== undefined) return known;
    ids.set(value, ids.size);
    return ids.size - 1;
  };
  const from = new Int32Array(calls.length);
  const to = new Int32Array(calls.length);
  const fails = new Uint8Array(calls.length);
  for (let op = 0; op < calls.length; op += 1) {
    const call = calls[op]!;
    if (call.kind === 'cas' && call.ok === false) fails[op] = 1;
    if (call.kind === 'write') from[op] = anything;
    else from[op] = idOf(call.kind === 'cas' ? call.from : call.value);
    if (call.kind === 'read' || fails[op] === 1) to[op] = nothing;
    else to[op] = idOf(call.kind === 'write' ? call.value : call.to);
  }
  return {
    initial: 0,
    step: (state, op) => {
      if (fails[op] === 1) return state === from[op] ? -1 : state;
      if (from[op] !== anything && from[op] !== state) return -1;
      return to[op] === nothing ? state : to[op]!;
    },
    needs: from.map((value, op) => (fails[op] === 1 ? anything : value)),
    produces: to,
  };
}

function tellCall(_: string, call: RegisterCall): string {
  if (call.kind === 'read') return `read ${call.value ?? 'nil'}`;
  if (call.kind === 'write') return `wrote ${call.value}`;
  const how = call.ok === false ? 'was refused to change' : 'changed';
  return `${how} ${call.from} to ${call.to}`;
}
