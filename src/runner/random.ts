/** Repeatable random numbers (mulberry32) for choices of a run: the same seed, the same choices. */
export interface Random {
  /** An integer from 0 to `below` - 1. */
  integer(below: number): number;
  /** `count` different items, in the order of `items`. */
  sample<T>(items: readonly T[], count: number): T[];
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    integer,
    sample(items, count) {
      const left = items.map((_, index) => index);
      const chosen = Array.from({ length: Math.min(count, items.length) }, () =>
        left.splice(integer(left.length), 1).at(0),
      );
      return items.filter((_, index) => chosen.includes(index));
    },
  };
}
