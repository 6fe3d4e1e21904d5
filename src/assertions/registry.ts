import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { DrillError } from '../errors.ts';
import type { Assertion, JsonObject } from './assertion.ts';
import { backupsComplete } from './backups-complete.ts';
import { compactionMonotone } from './compaction.monotone.ts';
import { converges } from './converges.ts';
import { defragmentsAlone } from './defragments-alone.ts';
import { corruptionFound } from './corruption-found.ts';
import { durable } from './durable.ts';
import { elects } from './elects.ts';
import { exercised } from './exercised.ts';
import { fsyncSpared } from './fsync-spared.ts';
import { fsyncWithin } from './fsync-within.ts';
import { fullServiceWithin } from './full-service-within.ts';
import { inPlace } from './in-place.ts';
import { isolatedRefuses } from './isolated-refuses.ts';
import { keepsQuorum } from './keeps-quorum.ts';
import { kvLinearizable } from './kv.linearizable.ts';
import { kvRevisionIntegrity } from './kv.revision-integrity.ts';
import { kvSerializableMonotonic } from './kv.serializable-monotonic.ts';
import { kvSerializableSnapshot } from './kv.serializable-snapshot.ts';
import { leaseAttachValid } from './lease.attach-valid.ts';
import { leaseEventualExpiry } from './lease.eventual-expiry.ts';
import { leaseNoEarlyExpiry } from './lease.no-early-expiry.ts';
import { leaseRevokeComplete } from './lease.revoke-complete.ts';
import { noSpace } from './no-space.ts';
import { membersSurvive } from './members-survive.ts';
import { oldWatches } from './old-watches.ts';
import { oneLeaderPerTerm } from './one-leader-per-term.ts';
import { othersSpared } from './others-spared.ts';
import { recoversWithin } from './recovers-within.ts';
import { serializableAnswers } from './serializable-answers.ts';
import { sizeWithin } from './size-within.ts';
import { spaceReclaimed } from './space-reclaimed.ts';
import { stableLeader } from './stable-leader.ts';
import { survivorKeepsMore } from './survivor-keeps-more.ts';
import { timeoutsFit } from './timeouts-fit.ts';
import { triggered } from './triggered.ts';
import { watchAheadOfRead } from './watch.ahead-of-read.ts';
import { watchAtomic } from './watch.atomic.ts';
import { watchBookmarkable } from './watch.bookmarkable.ts';
import { watchFilter } from './watch.filter.ts';
import { watchIsCreate } from './watch.is-create.ts';
import { watchOrdered } from './watch.ordered.ts';
import { watchPrevkv } from './watch.prevkv.ts';
import { watchReliable } from './watch.reliable.ts';
import { watchResumable } from './watch.resumable.ts';
import { watchUnique } from './watch.unique.ts';
import { writeGapWithin } from './write-gap-within.ts';

/**
 * What every run is judged by, whatever its drill asserts: etcd's promises to any client. Which of
 * them a run exercised is part of each verdict.
 */
export const generalAssertions: readonly (() => Assertion)[] = [
  inPlace,
  durable,
  converges,
  kvLinearizable,
  kvRevisionIntegrity,
  kvSerializableSnapshot,
  kvSerializableMonotonic,
  watchOrdered,
  watchUnique,
  watchAtomic,
  watchReliable,
  watchResumable,
  watchBookmarkable,
  watchFilter,
  watchPrevkv,
  watchIsCreate,
  watchAheadOfRead,
  leaseNoEarlyExpiry,
  leaseRevokeComplete,
  leaseAttachValid,
  leaseEventualExpiry,
  compactionMonotone,
];

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
        `There is no assertion "${name}": did you mean "${closest(name, assertionNames)}"?`,
      );
    }
    return make(options);
  });
}

const duration = z.union([z.number(), z.string()]);

const makers: ReadonlyMap<string, (options: JsonObject) => Assertion> = new Map([
  ...generalAssertions.map(
    (make) => [make().name, maker(make().name, z.strictObject({}), make)] as const,
  ),
  ['backups-complete', maker('backups-complete', z.strictObject({}), backupsComplete)],
  ['corruption-found', maker('corruption-found', z.strictObject({}), corruptionFound)],
  [
    'defragments-alone',
    maker('defragments-alone', z.strictObject({ others: duration }), defragmentsAlone),
  ],
  [
    'durable',
    maker(
      'durable',
      z.strictObject({
        allowedLoss: z
          .union([z.enum(['none', 'after-restore']), z.strictObject({ within: duration })])
          .exactOptional(),
      }),
      durable,
    ),
  ],
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
  [
    'fsync-spared',
    maker(
      'fsync-spared',
      z.strictObject({ fault: z.string(), times: z.number().positive() }),
      fsyncSpared,
    ),
  ],
  [
    'fsync-within',
    maker(
      'fsync-within',
      z.strictObject({ p99: duration, of: z.enum(['quorum', 'targets']) }),
      fsyncWithin,
    ),
  ],
  [
    'full-service-within',
    maker('full-service-within', z.strictObject({ within: duration }), fullServiceWithin),
  ],
  ['isolated-refuses', maker('isolated-refuses', z.strictObject({}), isolatedRefuses)],
  ['no-space', maker('no-space', z.strictObject({ again: duration }), noSpace)],
  ['keeps-quorum', maker('keeps-quorum', z.strictObject({}), keepsQuorum)],
  ['members-survive', maker('members-survive', z.strictObject({}), membersSurvive)],
  [
    'old-watches',
    maker('old-watches', z.strictObject({ expected: z.enum(['told', 'silent']) }), oldWatches),
  ],
  ['one-leader-per-term', maker('one-leader-per-term', z.strictObject({}), oneLeaderPerTerm)],
  ['others-spared', maker('others-spared', z.strictObject({ by: duration }), othersSpared)],
  [
    'recovers-within',
    maker('recovers-within', z.strictObject({ within: duration }), recoversWithin),
  ],
  ['serializable-answers', maker('serializable-answers', z.strictObject({}), serializableAnswers)],
  ['size-within', maker('size-within', z.strictObject({ bytes: z.number() }), sizeWithin)],
  [
    'space-reclaimed',
    maker('space-reclaimed', z.strictObject({ percent: z.number() }), ({ percent }) =>
      spaceReclaimed(percent),
    ),
  ],
  ['stable-leader', maker('stable-leader', z.strictObject({}), stableLeader)],
  ['survivor-keeps-more', maker('survivor-keeps-more', z.strictObject({}), survivorKeepsMore)],
  ['timeouts-fit', maker('timeouts-fit', z.strictObject({}), timeoutsFit)],
  ['triggered', maker('triggered', z.strictObject({}), triggered)],
  [
    'write-gap-within',
    maker(
      'write-gap-within',
      z.strictObject({ within: duration, during: z.string() }),
      ({ within, during }) => writeGapWithin(within, { during }),
    ),
  ],
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
