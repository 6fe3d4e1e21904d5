import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { DrillError } from '../errors.ts';
import type { Assertion, JsonObject } from './assertion.ts';
import { converges } from './converges.ts';
import { durable } from './durable.ts';
import { elects } from './elects.ts';
import { exercised } from './exercised.ts';
import { isolatedRefuses } from './isolated-refuses.ts';
import { oneLeaderPerTerm } from './one-leader-per-term.ts';
import { recoversWithin } from './recovers-within.ts';
import { serializableAnswers } from './serializable-answers.ts';
import { triggered } from './triggered.ts';

/** An assertion as a run stores it. */
export interface StoredAssertion {
  readonly name: string;
  readonly options: JsonObject;
}

/** The assertions a saved run was judged by, made again; an unknown one or a wrong option is an error. */
export function assertionsFrom(stored: readonly StoredAssertion[]): Assertion[] {
  return stored.map(({ name, options }) => {
    const make = makers.get(name);
    if (make === undefined) {
      throw new DrillError(
        `There is no assertion "${name}": did you mean "${closest(name, assertionNames)}"? Known are ${assertionNames.join(', ')}.`,
      );
    }
    return make(options);
  });
}

const duration = z.union([z.number(), z.string()]);

const makers: ReadonlyMap<string, (options: JsonObject) => Assertion> = new Map([
  ['converges', maker('converges', z.strictObject({}), converges)],
  ['durable', maker('durable', z.strictObject({}), durable)],
  ['elects', maker('elects', z.strictObject({ within: duration.exactOptional() }), elects)],
  [
    'exercised',
    maker(
      'exercised',
      z.strictObject({
        writesDuringFault: z.int().nonnegative().exactOptional(),
        faultLasted: duration.exactOptional(),
      }),
      exercised,
    ),
  ],
  ['isolated-refuses', maker('isolated-refuses', z.strictObject({}), isolatedRefuses)],
  ['one-leader-per-term', maker('one-leader-per-term', z.strictObject({}), oneLeaderPerTerm)],
  [
    'recovers-within',
    maker('recovers-within', z.strictObject({ within: duration }), recoversWithin),
  ],
  ['serializable-answers', maker('serializable-answers', z.strictObject({}), serializableAnswers)],
  ['triggered', maker('triggered', z.strictObject({}), triggered)],
]);

/** Every assertion's name, as on the command line. */
export const assertionNames: readonly string[] = [...makers.keys()];

function maker<T>(name: string, schema: z.ZodType<T>, make: (options: T) => Assertion) {
  return (options: JsonObject): Assertion => {
    const parsed = schema.safeParse(options);
    if (parsed.success) return make(parsed.data);
    throw new DrillError(
      `The options of assertion "${name}" are wrong (${JSON.stringify(options)}): ${z.prettifyError(parsed.error)}`,
    );
  };
}
