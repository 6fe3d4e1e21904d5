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
  const from = Int32Array.from(calls, (call) => {
    if (call.kind === 'cas') return idOf(call.from);
    return call.kind === 'read' ? idOf(call.value) : anything;
  });
  const to = Int32Array.from(calls, (call) => {
    if (call.kind === 'read' || (call.kind === 'cas' && call.ok === false)) return nothing;
    return idOf(call.kind === 'write' ? call.value : call.to);
  });
  const fails = Uint8Array.from(calls, (call) => Number(call.kind === 'cas' && call.ok === false));
  return {
    initial: 0,
    step: (state, op) => {
      if (fails[op] === 1) return state === from[op] ? -1 : state;
      if (from[op] !== anything && from[op] !== state) return -1;
      return to[op] === nothing ? state : to[op]!;
    },
    isPure: (op) => to[op] === nothing,
    needs: (op) => (fails[op] === 1 ? anything : from[op]!),
    produces: (op) => to[op]!,
  };
}

function tellCall(_: string, call: RegisterCall): string {
  if (call.kind === 'read') return `read ${call.value ?? 'nil'}`;
  if (call.kind === 'write') return `wrote ${call.value}`;
  const how = call.ok === false ? 'was refused to change' : 'changed';
  return `${how} ${call.from} to ${call.to}`;
}
