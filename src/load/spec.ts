import { z } from 'zod';
import { DrillError } from '../errors.ts';
import { describeIssue } from '../schema-issue.ts';

/**
 * What a load's clients may do; the numbers of a mix are weights.
 *
 * - `put`, `get`, `delete`: one key;
 * - `serializable-get`: answered by the member alone, perhaps from the past;
 * - `past-get`: one key at a revision the client has seen, now past;
 * - `range`: every key of the load;
 * - `cas`: reads a key, then writes it on condition that it has not changed since;
 * - `txn`: a transaction with a condition and reads and writes of two keys in each branch;
 * - `range-txn`: writes a key on condition of every key of the load, which takes the longer to apply
 *   the more keys there are.
 */
export const operationKinds = [
  'put',
  'get',
  'cas',
  'delete',
  'range',
  'txn',
  'serializable-get',
  'past-get',
  'range-txn',
] as const;
export type OperationKind = (typeof operationKinds)[number];

const weight = z.number().min(0);
const positive = z.number().int().min(1);

const schema = z.strictObject({
  /** Each has one operation under way at a time; they are spread over the members in turn. */
  clients: positive.max(10_000).default(10),
  mix: z
    .partialRecord(z.enum(operationKinds), weight)
    .default({ put: 45, get: 20, cas: 10, delete: 4, range: 6, txn: 10, 'serializable-get': 5 }),
  /** Of all clients together; those whose answers take long do less. */
  ratePerSecond: z.number().min(0.1).max(1_000_000).default(600),
  keys: positive.max(1_000_000).default(24),
  /** Size of every value; the part that makes it unique is kept when it is longer. */
  valueBytes: positive.max(1_000_000).default(32),
  deadlineMs: positive.max(600_000).default(3000),
  /** Of every key. */
  prefix: z
    .string()
    .regex(/^[\x21-\x7d]+$/, 'must be printable ASCII without spaces and `~`')
    .default('drill/load/'),
  /** Clients that grant leases, attach keys, keep alive, revoke, and let expire. */
  leases: z
    .strictObject({
      clients: positive.max(10_000).default(10),
      /** The longest that is asked for; etcd may grant more. */
      maxTtlSeconds: positive.max(3600).default(4),
    })
    .exactOptional(),
  /** Clients that open watches of every kind, one stream after the other. */
  watches: z.strictObject({ clients: positive.max(10_000).default(6) }).exactOptional(),
  /** Compacts again and again, so that `keepRevisions` are left. */
  compaction: z
    .strictObject({
      everyMs: positive.default(2000),
      keepRevisions: z.number().int().min(0).default(500),
    })
    .exactOptional(),
  /** Defragments one member after the other. */
  defrag: z.strictObject({ everyMs: positive.default(2000) }).exactOptional(),
});

/** A load's clients and what they do; every field has a default, what works beside them is absent. */
export type LoadSpec = Readonly<z.infer<typeof schema>>;

/** What a drill writes: any part of it. */
export type LoadSpecInput = Readonly<z.input<typeof schema>>;

/** Fills in the defaults; what makes no sense is refused with the field's name and value. */
export function loadSpec(input: LoadSpecInput = {}): LoadSpec {
  const parsed = schema.safeParse(input);
  if (!parsed.success)
    throw refused(
      parsed.error.issues.map((issue) => describeIssue(issue, 'load', fieldsOf, input)),
    );
  const { mix } = parsed.data;
  if (Object.values(mix).every((value) => value === 0)) {
    throw refused([`load.mix is ${JSON.stringify(mix)}: every weight is zero`]);
  }
  return parsed.data;
}

function refused(problems: readonly string[]): DrillError {
  return new DrillError(`The load cannot be run: ${problems.join('; ')}.`);
}

function fieldsOf([name]: readonly PropertyKey[]): readonly string[] {
  switch (name) {
    case undefined:
      return Object.keys(schema.shape);
    case 'leases':
    case 'watches':
    case 'compaction':
    case 'defrag':
      return Object.keys(schema.shape[name].unwrap().shape);
    default:
      return operationKinds;
  }
}
