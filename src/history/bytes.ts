/** Bytes that grow as they are written; cleared, they keep their room for the next block. */
export class ByteSink {
  length = 0;
  #bytes = Buffer.allocUnsafe(256);

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Any safe integer: the sign and six bits first, then seven bits a byte. */
  int(value: number): void {
    this.#reserve(maxIntBytes);
    let rest = Math.abs(value);
    let low = rest % 64;
    rest = (rest - low) / 64;
    this.#bytes[this.length++] = (rest > 0 ? 0x80 : 0) | (low << 1) | (value < 0 ? 1 : 0);
    while (rest > 0) {
      low = rest % 128;
      rest = (rest - low) / 128;
      this.#bytes[this.length++] = (rest > 0 ? 0x80 : 0) | low;
    }
  }

  double(value: number): void {
    this.#reserve(8);
    this.length = this.#bytes.writeDoubleLE(value, this.length);
  }

  /** Appends UTF-8 and returns its length in bytes. */
  text(value: string): number {
    this.#reserve(value.length * 3);
    const written = this.#bytes.write(value, this.length, 'utf8');
    this.length += written;
    return written;
  }

  /** What was written; valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  #reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#bytes.byteLength) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.byteLength * 2));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}

/** Reads back what a `ByteSink` wrote. */
export class ByteSource {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#offset++];
    if (value === undefined) throw new RangeError('a column of the history ended early');
    return value;
  }

  int(): number {
    const first = this.byte();
    let value = (first & 0x7f) >> 1;
    let scale = 64;
    for (let more = first >= 0x80; more;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      scale *= 128;
      more = next >= 0x80;
    }
    return (first & 1) === 1 ? -value : value;
  }

  double(): number {
    const value = this.#bytes.readDoubleLE(this.#offset);
    this.#offset += 8;
    return value;
  }

  text(length: number): string {
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.toString('utf8', start, this.#offset);
  }
}

const maxIntBytes = 9;
