/** Gives every distinct text a small integer, in order of first sight. */
export interface Interner {
  readonly ids: Map<string, number>;
  readonly texts: string[];
}

export function interner(...first: string[]): Interner {
  const table: Interner = { ids: new Map(), texts: [] };
  for (const text of first) intern(table, text);
  return table;
}

export function intern(table: Interner, text: string): number {
  const known = table.ids.get(text);
  if (known !== undefined) return known;
  const id = table.texts.length;
  table.ids.set(text, id);
  table.texts.push(text);
  return id;
}

/** Texts in etcd's key order, and the rank of every id in it. */
export function ranked(table: Interner): { readonly texts: string[]; readonly rank: Int32Array } {
  const order = table.texts.map((_, id) => id);
  order.sort((a, b) => compareBytes(table.texts[a] ?? '', table.texts[b] ?? ''));
  const rank = new Int32Array(order.length);
  for (const [position, id] of order.entries()) rank[id] = position;
  return { texts: order.map((id) => table.texts[id] ?? ''), rank };
}

/** Order of the UTF-8 bytes, as etcd compares keys and values. */
export function compareBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointOrder(left) - codePointOrder(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates (code points ≥ 0x10000) below 0xE000; UTF-8 puts them above 0xFFFF. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
