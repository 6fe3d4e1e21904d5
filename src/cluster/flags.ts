import { DrillError } from '../errors.ts';
import { type ClusterSpec, flagName } from './spec.ts';

/** Where a member lives and whom it joins; what the pod decides, not the spec. */
export interface MemberPlace {
  readonly name: string;
  readonly address: string;
  /** `name=http://address:2380` of every member of the initial cluster. */
  readonly initialCluster: readonly string[];
  readonly token: string;
  readonly state: 'new' | 'existing';
}

/** How a member comes into its cluster. */
export type Joining = Pick<MemberPlace, 'initialCluster' | 'state'>;

/** Flags that not every version of etcd knows, or not by this name. */
export function askedFlags(spec: ClusterSpec): string[] {
  return [...specFlags(spec), ...spec.extraFlags];
}

/** The command line of one member; asked flags are spelled as `known` (its `etcd --help`) has them. */
export function etcdCommand(
  spec: ClusterSpec,
  place: MemberPlace,
  known: ReadonlySet<string>,
  version: string,
): string[] {
  return [
    'etcd',
    `--name=${place.name}`,
    '--data-dir=/data/etcd',
    ...(spec.disks.wal === undefined ? [] : ['--wal-dir=/wal/etcd']),
    '--listen-peer-urls=http://0.0.0.0:2380',
    '--listen-client-urls=http://0.0.0.0:2379',
    `--initial-advertise-peer-urls=http://${place.address}:2380`,
    `--advertise-client-urls=http://${place.address}:2379`,
    `--initial-cluster=${place.initialCluster.join(',')}`,
    `--initial-cluster-token=${place.token}`,
    `--initial-cluster-state=${place.state}`,
    `--heartbeat-interval=${spec.heartbeatMs}`,
    `--election-timeout=${spec.electionMs}`,
    // The only format from 3.5 on; 3.3 has none but its older one.
    ...(version.startsWith('3.3.') ? [] : ['--logger=zap']),
    ...mergeGates(askedFlags(spec).map((flag) => spelled(flag, known, version))),
  ];
}

/** etcd takes `--feature-gates` once, as a list. */
function mergeGates(flags: readonly string[]): string[] {
  const gate = '--feature-gates=';
  const gated = flags
    .filter((flag) => flag.startsWith(gate))
    .map((flag) => flag.slice(gate.length));
  const others = flags.filter((flag) => !flag.startsWith(gate));
  return gated.length === 0 ? others : [...others, gate + gated.join(',')];
}

function specFlags(spec: ClusterSpec): string[] {
  const flags: [string, string | number | boolean | undefined][] = [
    ['snapshot-count', spec.snapshotCount],
    ['max-wals', spec.maxWals],
    ['max-snapshots', spec.maxSnapshots],
    ['quota-backend-bytes', spec.quotaBytes],
    ['auto-compaction-mode', spec.autoCompaction?.mode],
    ['auto-compaction-retention', spec.autoCompaction?.retention],
    ['backend-batch-limit', spec.backendBatchLimit],
    ['backend-batch-interval', spec.backendBatchIntervalMs && `${spec.backendBatchIntervalMs}ms`],
    ['max-request-bytes', spec.maxRequestBytes],
    ['max-txn-ops', spec.maxTxnOps],
    ['max-concurrent-streams', spec.maxConcurrentStreams],
    ['enable-grpc-gateway', spec.grpcGateway],
    ['pre-vote', spec.preVote],
  ];
  return flags.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}

/** Feature gates that took the place of a flag (3.6 on), by the flag's name without prefix. */
const gates: Readonly<Record<string, string>> = {
  'initial-corrupt-check': 'InitialCorruptCheck',
  'compact-hash-check-enabled': 'CompactHashCheck',
  'txn-mode-write-with-shared-buffer': 'TxnModeWriteWithSharedBuffer',
  'stop-grpc-service-on-defrag': 'StopGRPCServiceOnDefrag',
  'enable-lease-checkpoint': 'LeaseCheckpoint',
};

/** The flag as this version spells it: a version that has no spelling for it is refused by name. */
function spelled(flag: string, known: ReadonlySet<string>, version: string): string {
  const name = flagName(flag);
  if (known.has(name)) return flag;
  const value = flag.includes('=') ? flag.slice(flag.indexOf('=')) : '';
  const plain = name.replace(/^experimental-/, '');
  const gate = gates[plain];
  if (gate && known.has('feature-gates')) return `--feature-gates=${gate}${value || '=true'}`;
  const other = [plain, `experimental-${plain}`].find((spelling) => known.has(spelling));
  if (other) return `--${other}${value}`;
  throw new DrillError(
    `etcd ${version} does not know the flag \`--${name}\`, and it has no other name there: ` +
      'leave it out, or choose another version with `--etcd`.',
  );
}

/** Names of the flags that `etcd --help` lists, each at the beginning of a line; not those in prose. */
export function flagsInHelp(help: string): Set<string> {
  return new Set([...help.matchAll(/^\s+--([a-z][a-z0-9-]*)/gm)].map((match) => match[1] ?? ''));
}
