// Objects are put together field by field, which no type can follow; the builder's types guard it.
/* oxlint-disable typescript/no-unsafe-type-assertion */
import type { ColumnReader, ColumnWriter } from './columns.ts';

/** How values of one type lie in the columns of a block. */
export interface Codec<T> {
  write(to: ColumnWriter, value: T): void;
  read(from: ColumnReader): T;
}

/** A codec of objects, which can also read into an object that has some of its fields already. */
export interface StructCodec<T> extends Codec<T> {
  readInto(from: ColumnReader, target: object): void;
}

/**
 * Builds the codecs of one kind of block; every leaf takes the next column. The types make the
 * compiler refuse a codec that leaves out a field or a case. The order of columns and cases is the
 * format: what is added goes to the end, anything else raises the file's version.
 */
export interface SchemaBuilder {
  /** How many columns were taken so far. */
  columnCount(): number;
  int(): Codec<number>;
  /** A double, bit by bit. */
  double(): Codec<number>;
  /** Text; a lone surrogate becomes U+FFFD, as on the wire. */
  text(): Codec<string>;
  flag(): Codec<boolean>;
  choice<const T extends string>(values: readonly T[]): Codec<T>;
  list<T>(item: Codec<T>): Codec<readonly T[]>;
  struct<T>(fields: RequiredFields<T>, optional: OptionalFields<T>): StructCodec<T>;
  union<T, D extends keyof T>(discriminator: D, cases: Cases<T, D>): Codec<T>;
}

type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
type RequiredFields<T> = { readonly [K in Exclude<keyof T, OptionalKey<T>>]: Codec<T[K]> };
type OptionalFields<T> = { readonly [K in OptionalKey<T>]-?: Codec<Exclude<T[K], undefined>> };
type Case<T, D extends keyof T, V> = T extends unknown
  ? V extends T[D]
    ? Omit<T, D>
    : never
  : never;
type Cases<T, D extends keyof T> = {
  readonly [V in T[D] & string]: StructCodec<Case<T, D, V>>;
};

export function schemaBuilder(): SchemaBuilder {
  let columns = 0;
  const takeColumn = (): number => columns++;
  return {
    columnCount: () => columns,
    int: () => intCodec(takeColumn()),
    double: () => doubleCodec(takeColumn()),
    text: () => textCodec(takeColumn()),
    flag: () => flagCodec(takeColumn()),
    choice: (values) => choiceCodec(takeColumn(), values),
    list: (item) => listCodec(takeColumn(), item),
    struct: (fields, optional) => structCodec(takeColumn, fields, optional),
    union: (discriminator, cases) => unionCodec(takeColumn(), discriminator, cases),
  };
}

function intCodec(column: number): Codec<number> {
  return { write: (to, value) => to.int(column, value), read: (from) => from.int(column) };
}

function doubleCodec(column: number): Codec<number> {
  return { write: (to, value) => to.double(column, value), read: (from) => from.double(column) };
}

function textCodec(column: number): Codec<string> {
  return { write: (to, value) => to.text(column, value), read: (from) => from.text(column) };
}

function flagCodec(column: number): Codec<boolean> {
  return {
    write: (to, value) => to.byte(column, value ? 1 : 0),
    read: (from) => from.byte(column) === 1,
  };
}

function choiceCodec<T extends string>(column: number, values: readonly T[]): Codec<T> {
  return {
    write: (to, value) => to.byte(column, values.indexOf(value)),
    read: (from) => known(values, from.byte(column)),
  };
}

function listCodec<T>(column: number, item: Codec<T>): Codec<readonly T[]> {
  return {
    write(to, values) {
      to.int(column, values.length);
      for (const value of values) item.write(to, value);
    },
    read(from) {
      const values: T[] = [];
      for (let left = from.int(column); left > 0; left--) values.push(item.read(from));
      return values;
    },
  };
}

type Fields = [name: string, codec: Codec<unknown>, presence: number][];

function structCodec<T>(
  takeColumn: () => number,
  required: RequiredFields<T>,
  optional: OptionalFields<T>,
): StructCodec<T> {
  const always = Object.entries<Codec<unknown>>(required);
  const sometimes: Fields = Object.entries(optional).map(([name, codec]) => [
    name,
    codec as Codec<unknown>,
    takeColumn(),
  ]);
  const readInto = (from: ColumnReader, target: object): void => {
    const open = target as Record<string, unknown>;
    for (const [name, codec] of always) open[name] = codec.read(from);
    for (const [name, codec, presence] of sometimes) {
      if (from.byte(presence) === 1) open[name] = codec.read(from);
    }
  };
  return {
    write(to, value) {
      const open = value as Record<string, unknown>;
      for (const [name, codec] of always) codec.write(to, open[name]);
      for (const [name, codec, presence] of sometimes) {
        const present = open[name] !== undefined;
        to.byte(presence, present ? 1 : 0);
        if (present) codec.write(to, open[name]);
      }
    },
    readInto,
    read(from) {
      const target = {};
      readInto(from, target);
      return target as T;
    },
  };
}

function unionCodec<T, D extends keyof T>(
  column: number,
  discriminator: D,
  cases: Cases<T, D>,
): Codec<T> {
  const names = Object.keys(cases);
  const codecs = Object.values<StructCodec<unknown>>(cases);
  return {
    write(to, value) {
      const index = names.indexOf(String(value[discriminator]));
      to.byte(column, index);
      known(codecs, index).write(to, value);
    },
    read(from) {
      const index = from.byte(column);
      const target = { [discriminator]: known(names, index) };
      known(codecs, index).readInto(from, target);
      return target as T;
    },
  };
}

function known<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`the history names an unknown case ${index}`);
  return value;
}
