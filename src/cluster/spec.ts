import { z } from 'zod';
import { DrillError } from '../errors.ts';
import { describeIssue } from '../schema-issue.ts';

const bytes = z.number().int().positive();
const milliseconds = z.number().int().positive();
const goDuration = /^(\d+|(\d+(\.\d+)?(ns|us|ms|s|m|h))+)$/;

/** Smallest disk on which etcd starts: its write-ahead log preallocates two files of 64 MB. */
export const smallestDiskBytes = 300 * 1024 * 1024;

const disk = z
  .number()
  .int()
  .min(smallestDiskBytes, {
    error: `etcd preallocates two WAL files of 64 MB: use at least ${smallestDiskBytes}`,
  });

/**
 * What a drill asks of its cluster. Absent settings are left to the etcd version's own default,
 * except the two timeouts, which drill must know to derive its bounds.
 */
const clusterSpec = z.strictObject({
  /** 3, 5 and 7 are the documented sizes; an even one runs, with a warning. */
  members: z.number().int().min(1).max(9).default(3),
  /** etcd version or image per member, first member first; the last one serves for the rest. */
  etcd: z.array(z.string()).min(1).optional(),
  heartbeatMs: milliseconds.default(100),
  electionMs: milliseconds.max(50_000).default(1000),
  snapshotCount: z.number().int().positive().optional(),
  /** 0 means unlimited. */
  maxWals: z.number().int().nonnegative().optional(),
  maxSnapshots: z.number().int().nonnegative().optional(),
  quotaBytes: bytes.optional(),
  autoCompaction: z
    .discriminatedUnion('mode', [
      z.strictObject({
        mode: z.literal('periodic'),
        retention: z.string().regex(goDuration, 'expected hours, or a Go duration as in "1h30m"'),
      }),
      z.strictObject({
        mode: z.literal('revision'),
        retention: z.string().regex(/^\d+$/, 'expected a number of revisions as in "1000"'),
      }),
    ])
    .optional(),
  backendBatchLimit: z.number().int().positive().optional(),
  backendBatchIntervalMs: milliseconds.optional(),
  maxRequestBytes: bytes.optional(),
  maxTxnOps: z.number().int().positive().optional(),
  maxConcurrentStreams: z.number().int().positive().optional(),
  grpcGateway: z.boolean().optional(),
  preVote: z.boolean().optional(),
  /** Passed on as they are, after being checked against what the version knows. */
  extraFlags: z.array(z.string()).default([]),
  /** CPU cores and memory a member may use. */
  cpus: z.number().positive().optional(),
  memoryBytes: z
    .number()
    .int()
    .min(32 * 1024 * 1024)
    .optional(),
  /**
   * Own file systems of these sizes, in bytes, for the data directory and the write-ahead log; with
   * `mapper` on a device-mapper layer each, which can delay and fail single requests.
   */
  disks: z
    .strictObject({
      data: disk.optional(),
      wal: disk.optional(),
      mapper: z.boolean().default(false),
    })
    .default({ mapper: false }),
  /** Zone per member, first member first; for targets such as `zone:a` and delays between zones. */
  zones: z.array(z.string().regex(/^[\w-]+$/, 'expected letters, digits, `_` or `-`')).optional(),
  /** Places kept for what another change builds: a spec that asks for them is refused. */
  tls: z.never({ error: 'not built yet, leave it out' }).optional(),
  auth: z.never({ error: 'not built yet, leave it out' }).optional(),
});
export type ClusterSpec = z.infer<typeof clusterSpec>;
export type ClusterSpecInput = z.input<typeof clusterSpec>;

/** Flags of the pod or of a field above: given again they would contradict what is built. */
const ownedFlags = [
  'config-file',
  'name',
  'data-dir',
  'wal-dir',
  'initial-cluster',
  'initial-cluster-state',
  'initial-cluster-token',
  'initial-advertise-peer-urls',
  'listen-peer-urls',
  'listen-client-urls',
  'advertise-client-urls',
  'heartbeat-interval',
  'election-timeout',
  'snapshot-count',
  'max-wals',
  'max-snapshots',
  'quota-backend-bytes',
  'auto-compaction-mode',
  'auto-compaction-retention',
  'backend-batch-limit',
  'backend-batch-interval',
  'max-request-bytes',
  'max-txn-ops',
  'max-concurrent-streams',
  'enable-grpc-gateway',
  'pre-vote',
  'logger',
];

/** Fills in defaults and refuses what etcd would refuse, or what contradicts itself. */
export function parseClusterSpec(input: ClusterSpecInput): ClusterSpec {
  const parsed = clusterSpec.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    if (!issue) throw parsed.error;
    const outermost = (path: readonly PropertyKey[]): string[] =>
      path.length === 0 ? Object.keys(clusterSpec.shape) : [];
    throw new DrillError(`${describeIssue(issue, 'cluster', outermost, input)}.`);
  }
  const spec = parsed.data;
  if (spec.electionMs < 5 * spec.heartbeatMs) {
    throw new DrillError(
      `electionMs ${spec.electionMs} is under 5 heartbeats of ${spec.heartbeatMs} ms, which etcd ` +
        `refuses: use at least ${5 * spec.heartbeatMs}.`,
    );
  }
  refuseOwnedFlags('extraFlags', spec.extraFlags);
  return spec;
}

/** Refuses flags that would contradict what is built; `where` they stand is for the message. */
export function refuseOwnedFlags(where: string, flags: readonly string[]): void {
  const owned = flags.find((flag) => ownedFlags.includes(flagName(flag)));
  if (owned === undefined) return;
  throw new DrillError(
    `${where} has \`${owned}\`, which drill sets itself: use the spec's own field, or leave it out.`,
  );
}

/** What a cluster of this size survives, where that is less than its size suggests. */
export function sizeWarning(members: number): string | undefined {
  if (members % 2 === 1 && members > 1) return undefined;
  const tolerates = members - Math.floor(members / 2) - 1;
  return (
    `${members} ${members === 1 ? 'member survives' : 'members survive'} the loss of ${tolerates}` +
    (members > 1 ? `, as ${members - 1} would: an odd size costs less for the same.` : '.')
  );
}

/** `--pre-vote=false` → `pre-vote` */
export const flagName = (flag: string): string => flag.replace(/^--?/, '').split('=', 1)[0] ?? flag;
