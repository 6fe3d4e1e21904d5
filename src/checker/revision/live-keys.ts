/**
 * Which keys are live, counted by prefix in a Fenwick tree: how many live in an interval, and where
 * the next one is, in logarithmic time however many keys a history has.
 */
export interface LiveKeys {
  readonly live: Uint8Array;
  readonly tree: Int32Array;
}

export function liveKeys(count: number): LiveKeys {
  return { live: new Uint8Array(count), tree: new Int32Array(count + 1) };
}

export function setLive(keys: LiveKeys, key: number, live: 0 | 1): void {
  if (keys.live[key] === live) return;
  keys.live[key] = live;
  const change = live === 1 ? 1 : -1;
  const { tree } = keys;
  for (let at = key + 1; at < tree.length; at += at & -at) tree[at]! += change;
}

/** How many keys of the interval `[lo, hi)` are live. */
export function countLive(keys: LiveKeys, lo: number, hi: number): number {
  const end = Math.min(hi, keys.live.length);
  if (end <= lo) return 0;
  if (end === lo + 1) return keys.live[lo]!;
  return countBelow(keys.tree, end) - countBelow(keys.tree, lo);
}

/** The first live key at or after `from`, or the number of keys where there is none. */
export function nextLive(keys: LiveKeys, from: number): number {
  const { tree, live } = keys;
  if (live[from] === 1) return from;
  let rest = countBelow(tree, from);
  let at = 0;
  for (let step = 1 << (31 - Math.clz32(tree.length)); step > 0; step >>= 1) {
    const next = at + step;
    if (next < tree.length && tree[next]! <= rest) {
      at = next;
      rest -= tree[next]!;
    }
  }
  return at;
}

function countBelow(tree: Int32Array, end: number): number {
  let sum = 0;
  for (let at = end; at > 0; at -= at & -at) sum += tree[at]!;
  return sum;
}
