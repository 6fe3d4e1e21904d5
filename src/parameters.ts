import { distance } from 'fastest-levenshtein';
import { durationMs } from './duration.ts';
import { DrillError } from './errors.ts';

/** One parameter of a drill: what `--set name=value` may be, what it is without, what it is for. */
export type Parameter =
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly default: string;
      readonly help: string;
    }
  | { readonly kind: 'duration'; readonly default: string; readonly help: string }
  | {
      readonly kind: 'integer';
      readonly min: number;
      readonly max: number;
      readonly default: number;
      readonly help: string;
    }
  | { readonly kind: 'version'; readonly default: string; readonly help: string }
  | { readonly kind: 'flag'; readonly default: boolean; readonly help: string };

export type ParameterTable = Readonly<Record<string, Parameter>>;

/** The values a timeline gets: durations in milliseconds, choices as their own union. */
export type ParameterValues<T extends ParameterTable> = {
  readonly [K in keyof T]: T[K] extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : T[K] extends { kind: 'flag' }
      ? boolean
      : T[K] extends { kind: 'version' }
        ? string
        : number;
};

export function choice<const C extends readonly [string, ...string[]]>(
  choices: C,
  fallback: C[number],
  help: string,
): { kind: 'choice'; choices: C; default: C[number]; help: string } {
  return { kind: 'choice', choices, default: fallback, help };
}

export function duration(
  fallback: string,
  help: string,
): { kind: 'duration'; default: string; help: string } {
  return { kind: 'duration', default: fallback, help };
}

export function integer(
  range: { min: number; max: number },
  fallback: number,
  help: string,
): { kind: 'integer'; min: number; max: number; default: number; help: string } {
  return { kind: 'integer', ...range, default: fallback, help };
}

export function flag(
  fallback: boolean,
  help: string,
): { kind: 'flag'; default: boolean; help: string } {
  return { kind: 'flag', default: fallback, help };
}

/** A full version of etcd, `3.6.16`. */
export function version(
  fallback: string,
  help: string,
): { kind: 'version'; default: string; help: string } {
  return { kind: 'version', default: fallback, help };
}

/**
 * Reads `--set key=value` arguments by the drill's own table; a wrong one names the nearest right one.
 * `presets` serve where nothing is given, before the table's defaults.
 */
export function readParameters(
  drill: string,
  table: ParameterTable,
  settings: readonly string[],
  presets: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | number | boolean> {
  const given = new Map<string, string>();
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    const name = equals < 0 ? setting : setting.slice(0, equals);
    if (!Object.hasOwn(table, name)) throw unknownParameter(drill, table, name);
    if (equals < 0)
      throw new DrillError(`\`--set ${setting}\` has no value: write \`--set ${name}=…\`.`);
    if (given.has(name)) throw new DrillError(`\`--set ${name}\` is given twice: one value each.`);
    given.set(name, setting.slice(equals + 1));
  }
  return Object.fromEntries(
    Object.entries(table).map(([name, parameter]) => [
      name,
      read(name, parameter, given.get(name) ?? presets[name] ?? String(parameter.default)),
    ]),
  );
}

function unknownParameter(drill: string, table: ParameterTable, name: string): DrillError {
  const names = Object.keys(table);
  if (names.length === 0)
    return new DrillError(`${drill} has no parameters, but got \`--set ${name}\`.`);
  return new DrillError(
    `${drill} has no parameter \`${name}\`: did you mean \`${nearest(name, names)}\`? It has ${names.join(', ')}.`,
  );
}

function read(name: string, parameter: Parameter, text: string): string | number | boolean {
  const wrong = (expected: string) =>
    new DrillError(`\`--set ${name}=${text}\`: expected ${expected}.`);
  switch (parameter.kind) {
    case 'choice':
      if (parameter.choices.includes(text)) return text;
      throw wrong(
        `one of ${parameter.choices.join(', ')}; the nearest is \`${nearest(text, parameter.choices)}\``,
      );
    case 'duration':
      try {
        return durationMs(text);
      } catch {
        throw wrong('a number with `ms`, `s`, `m` or `h`, for example 10s');
      }
    case 'integer': {
      const value = Number(text);
      if (/^-?\d+$/.test(text) && value >= parameter.min && value <= parameter.max) return value;
      throw wrong(`a whole number from ${parameter.min} to ${parameter.max}`);
    }
    case 'version':
      if (/^\d+\.\d+\.\d+$/.test(text)) return text;
      throw wrong('a full version of etcd, for example 3.6.16');
    case 'flag':
      if (text === 'true' || text === 'false') return text === 'true';
      throw wrong('true or false');
  }
}

/** The candidate that differs least from `word`. */
export function nearest(word: string, candidates: readonly string[]): string {
  return candidates.toSorted((a, b) => distance(word, a) - distance(word, b))[0] ?? '';
}
