/** A growable run of 32-bit integers: the checker's arena, one allocation instead of many objects. */
export interface IntBuffer {
  data: Int32Array;
  length: number;
}

export function intBuffer(capacity = 1024): IntBuffer {
  return { data: new Int32Array(capacity), length: 0 };
}

/** Room for `count` more integers; returns where they start. */
export function reserve(buffer: IntBuffer, count: number): number {
  const start = buffer.length;
  const needed = start + count;
  if (needed > buffer.data.length) {
    const grown = new Int32Array(Math.max(needed, buffer.data.length * 2));
    grown.set(buffer.data.subarray(0, start));
    buffer.data = grown;
  }
  buffer.length = needed;
  return start;
}

export function push(buffer: IntBuffer, value: number): void {
  const at = reserve(buffer, 1);
  buffer.data[at] = value;
}

/** The integers themselves, without the spare room. */
export function trimmed(buffer: IntBuffer): Int32Array {
  return buffer.data.slice(0, buffer.length);
}
