/** Live keys whose names begin alike. */
export interface PrefixCount {
  /** Up to and with the n-th `/` of the names, less where they have fewer; may be empty. */
  readonly prefix: string;
  readonly keys: number;
  /** Of names and values. */
  readonly bytes: number;
}

export interface PrefixCounts {
  /** The largest ones, the most keys first. */
  readonly rows: readonly PrefixCount[];
  /** Of all prefixes without a row. */
  readonly others: { readonly keys: number; readonly bytes: number };
}

/** How many prefixes get a row. */
const mostRows = 40;
/** Prefixes counted apart; those met later are among the others, so that memory stays bounded. */
const mostCounted = 4096;

/** Counts keys by prefix. With `only`, those are counted apart and no others. */
export function prefixCounter(
  depth: number,
  only?: readonly string[],
): { add(key: Uint8Array, sizeBytes: number): void; counts(): PrefixCounts } {
  const counted = new Map((only ?? []).map((prefix) => [prefix, { keys: 0, bytes: 0 }]));
  const uncounted = { keys: 0, bytes: 0 };
  const counterOf = (prefix: string): { keys: number; bytes: number } => {
    const counter = counted.get(prefix);
    if (counter !== undefined) return counter;
    if (only !== undefined || counted.size === mostCounted) return uncounted;
    const begun = { keys: 0, bytes: 0 };
    counted.set(prefix, begun);
    return begun;
  };
  return {
    add(key, sizeBytes) {
      const counter = counterOf(prefixOf(key, depth));
      counter.keys += 1;
      counter.bytes += sizeBytes;
    },
    counts() {
      const all = [...counted].map(([prefix, counter]) => ({ prefix, ...counter }));
      all.sort((a, b) => b.keys - a.keys || (a.prefix < b.prefix ? -1 : 1));
      const kept = only === undefined ? all.slice(0, mostRows) : all;
      const others = [uncounted, ...all.slice(kept.length)].reduce((sum, { keys, bytes }) => ({
        keys: sum.keys + keys,
        bytes: sum.bytes + bytes,
      }));
      return { rows: kept, others };
    },
  };
}

function prefixOf(key: Uint8Array, depth: number): string {
  let end = 0;
  for (let slashes = 0; slashes < depth; slashes += 1) {
    const next = key.indexOf(slash, end);
    if (next < 0) break;
    end = next + 1;
  }
  return decoder.decode(key.subarray(0, end));
}

const slash = '/'.charCodeAt(0);
const decoder = new TextDecoder();
