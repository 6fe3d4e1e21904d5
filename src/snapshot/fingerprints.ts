import { hash } from 'node:crypto';

/** A SHA-256, one character a byte, of which a set holds 128 bits: what differs has another one, but for one chance in 10^25 at 10^6 keys. */
export type Fingerprint = string;

export function fingerprint(bytes: Buffer): Fingerprint {
  // A string lies in the heap; a buffer's memory outside it would be given back much later.
  return hash('sha256', bytes, 'binary');
}

/** A set of fingerprints: 16 bytes a slot, and between 23 and 46 bytes for each one it holds. */
export class FingerprintSet {
  #size = 0;
  #slots = new Int32Array(firstSlots * words);

  get size(): number {
    return this.#size;
  }

  has(print: Fingerprint): boolean {
    const [a, b, c, d] = wordsOf(print);
    return this.#slots[place(this.#slots, a, b, c, d)] !== 0;
  }

  /** False when it is there already. */
  add(print: Fingerprint): boolean {
    const [a, b, c, d] = wordsOf(print);
    if (!insert(this.#slots, a, b, c, d)) return false;
    this.#size += 1;
    if (this.#size * words > this.#slots.length * fullest) this.#grow();
    return true;
  }

  #grow(): void {
    const grown = new Int32Array(this.#slots.length * 2);
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += words) {
      const a = slots[at] ?? 0;
      if (a !== 0) insert(grown, a, slots[at + 1] ?? 0, slots[at + 2] ?? 0, slots[at + 3] ?? 0);
    }
    this.#slots = grown;
  }
}

const words = 4;
const firstSlots = 1024;
const fullest = 0.7;

function wordsOf(print: Fingerprint): [number, number, number, number] {
  // Never the 0 of an empty slot.
  return [word(print, 0) | 1, word(print, 4), word(print, 8), word(print, 12)];
}

function word(print: Fingerprint, at: number): number {
  return (
    print.charCodeAt(at) |
    (print.charCodeAt(at + 1) << 8) |
    (print.charCodeAt(at + 2) << 16) |
    (print.charCodeAt(at + 3) << 24)
  );
}

function insert(slots: Int32Array, a: number, b: number, c: number, d: number): boolean {
  const at = place(slots, a, b, c, d);
  if (slots[at] !== 0) return false;
  slots[at] = a;
  slots[at + 1] = b;
  slots[at + 2] = c;
  slots[at + 3] = d;
  return true;
}

/** Where it stands, or where it would: linear probing from the slot that `b` chooses. */
function place(slots: Int32Array, a: number, b: number, c: number, d: number): number {
  const last = slots.length - words;
  for (let at = (b * words) & last; ; at = (at + words) & last) {
    if (slots[at] === 0) return at;
    if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d)
      return at;
  }
}
