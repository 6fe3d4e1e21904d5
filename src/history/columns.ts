import { ByteSink, ByteSource } from './bytes.ts';

/**
 * The columns of one block, being written. A column holds one field of many records: integers and
 * references to text as differences to the one before, which is what makes them compress. Text is
 * interned per block, so that a block can be read alone.
 */
export class ColumnWriter {
  readonly #columns: readonly ByteSink[];
  readonly #last: Float64Array;
  readonly #texts = new Map<string, number>();
  readonly #textLengths = new ByteSink();
  readonly #textBytes = new ByteSink();

  constructor(columnCount: number) {
    this.#columns = Array.from({ length: columnCount }, () => new ByteSink());
    this.#last = new Float64Array(columnCount);
  }

  /** Of the text, which is most of a block. */
  get textBytes(): number {
    return this.#textBytes.length;
  }

  byte(column: number, value: number): void {
    this.#column(column).byte(value);
  }

  double(column: number, value: number): void {
    this.#column(column).double(value);
  }

  int(column: number, value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer to record`);
    this.#column(column).int(value - (this.#last[column] ?? 0));
    this.#last[column] = value;
  }

  text(column: number, value: string): void {
    let id = this.#texts.get(value);
    if (id === undefined) {
      id = this.#texts.size;
      this.#texts.set(value, id);
      this.#textLengths.int(this.#textBytes.text(value));
    }
    this.int(column, id);
  }

  /** The block's bytes; the writer is empty after it. */
  take(): Buffer {
    const parts = [...this.#columns, this.#textLengths, this.#textBytes];
    const lengths = new ByteSink();
    lengths.int(this.#texts.size);
    for (const part of parts) lengths.int(part.length);
    const block = Buffer.concat([lengths.view(), ...parts.map((part) => part.view())]);
    for (const part of parts) part.clear();
    this.#last.fill(0);
    this.#texts.clear();
    return block;
  }

  #column(index: number): ByteSink {
    const column = this.#columns[index];
    if (column === undefined) throw new RangeError(`the block has no column ${index}`);
    return column;
  }
}

/** The columns of one block, being read in the order they were written. */
export class ColumnReader {
  readonly #columns: readonly ByteSource[];
  readonly #last: Float64Array;
  readonly #texts: readonly string[];

  constructor(columnCount: number, block: Buffer) {
    const lengths = new ByteSource(block);
    const textCount = lengths.int();
    const sizes = Array.from({ length: columnCount + 2 }, () => lengths.int());
    let start = block.byteLength - sizes.reduce((sum, size) => sum + size, 0);
    const parts = sizes.map((size) => block.subarray(start, (start += size)));
    const sources = parts.map((part) => new ByteSource(part));
    this.#columns = sources.slice(0, columnCount);
    this.#last = new Float64Array(columnCount);
    const textLengths = sourceAt(sources, columnCount);
    const textBytes = sourceAt(sources, columnCount + 1);
    this.#texts = Array.from({ length: textCount }, () => textBytes.text(textLengths.int()));
  }

  byte(column: number): number {
    return this.#column(column).byte();
  }

  double(column: number): number {
    return this.#column(column).double();
  }

  int(column: number): number {
    const value = (this.#last[column] ?? 0) + this.#column(column).int();
    this.#last[column] = value;
    return value;
  }

  text(column: number): string {
    const id = this.int(column);
    const text = this.#texts[id];
    if (text === undefined) throw new RangeError(`the block has no text ${id}`);
    return text;
  }

  #column(index: number): ByteSource {
    return sourceAt(this.#columns, index);
  }
}

function sourceAt(sources: readonly ByteSource[], index: number): ByteSource {
  const source = sources[index];
  if (source === undefined) throw new RangeError(`the block has no column ${index}`);
  return source;
}
