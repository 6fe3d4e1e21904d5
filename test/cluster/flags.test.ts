import { beforeAll, describe, expect, test } from 'vitest';
import { askedFlags, etcdCommand, flagsInHelp } from '../../src/cluster/flags.ts';
import { knownFlags } from '../../src/cluster/known-flags.ts';
import { type ClusterSpecInput, parseClusterSpec } from '../../src/cluster/spec.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { EtcdImage } from '../../src/engine/engine.ts';
import { etcdOf } from '../fixtures/pods.ts';

const engine = await connectEngine({ env: process.env });
const sources = {
  '3.3.25': 'deb:bullseye',
  '3.4.23': 'deb:bookworm',
  '3.5.16': 'deb:trixie',
  '3.7.3': 'go:3.7.3',
} as const;
type Version = keyof typeof sources;

let images: Record<Version, EtcdImage>;
beforeAll(async () => {
  const found = Object.entries(sources).map(
    async ([version, source]) => [version, await etcdOf(engine, source)] as const,
  );
  images = Object.fromEntries(await Promise.all(found)) as Record<Version, EtcdImage>;
}, 120_000);

const place = {
  name: 'm1',
  address: '10.0.0.1',
  token: 'run',
  initialCluster: ['m1=http://10.0.0.1:2380', 'm2=http://10.0.0.2:2380'],
  state: 'new',
} as const;

const commandOn = async (version: Version, input: ClusterSpecInput): Promise<string[]> => {
  const spec = parseClusterSpec(input);
  return etcdCommand(spec, place, await knownFlags(engine, images[version], spec), version);
};

/** What a version makes of flags, without what every command line has. */
const asked = async (version: Version, ...extraFlags: string[]): Promise<string[]> => {
  const always = await commandOn(version, {});
  return (await commandOn(version, { extraFlags })).filter((flag) => !always.includes(flag));
};

test('every member is told its place, its peers and its timeouts', async () => {
  expect(await commandOn('3.7.3', {})).toEqual([
    'etcd',
    '--name=m1',
    '--data-dir=/data/etcd',
    '--listen-peer-urls=http://0.0.0.0:2380',
    '--listen-client-urls=http://0.0.0.0:2379',
    '--initial-advertise-peer-urls=http://10.0.0.1:2380',
    '--advertise-client-urls=http://10.0.0.1:2379',
    '--initial-cluster=m1=http://10.0.0.1:2380,m2=http://10.0.0.2:2380',
    '--initial-cluster-token=run',
    '--initial-cluster-state=new',
    '--heartbeat-interval=100',
    '--election-timeout=1000',
    '--logger=zap',
  ]);
  expect(await commandOn('3.3.25', {})).not.toContain('--logger=zap');
  expect(await commandOn('3.7.3', { disks: { wal: 4e8 } })).toContain('--wal-dir=/wal/etcd');
});

test('every field of the spec is a flag, and one that is left out is none', () => {
  expect(askedFlags(parseClusterSpec({}))).toEqual([]);
  const spec = parseClusterSpec({
    snapshotCount: 1000,
    maxWals: 0,
    maxSnapshots: 3,
    quotaBytes: 16_777_216,
    autoCompaction: { mode: 'revision', retention: '1000' },
    backendBatchLimit: 500,
    backendBatchIntervalMs: 50,
    maxRequestBytes: 1_000_000,
    maxTxnOps: 64,
    maxConcurrentStreams: 100,
    grpcGateway: false,
    preVote: true,
  });
  expect(askedFlags(spec)).toEqual([
    '--snapshot-count=1000',
    '--max-wals=0',
    '--max-snapshots=3',
    '--quota-backend-bytes=16777216',
    '--auto-compaction-mode=revision',
    '--auto-compaction-retention=1000',
    '--backend-batch-limit=500',
    '--backend-batch-interval=50ms',
    '--max-request-bytes=1000000',
    '--max-txn-ops=64',
    '--max-concurrent-streams=100',
    '--enable-grpc-gateway=false',
    '--pre-vote=true',
  ]);
});

describe("a flag is spelled as the version's own help has it", () => {
  test.each<[Version, string, string]>([
    ['3.4.23', '--experimental-initial-corrupt-check', '--experimental-initial-corrupt-check'],
    ['3.5.16', '--initial-corrupt-check=true', '--experimental-initial-corrupt-check=true'],
    ['3.7.3', '--experimental-initial-corrupt-check', '--feature-gates=InitialCorruptCheck=true'],
    [
      '3.7.3',
      '--experimental-initial-corrupt-check=false',
      '--feature-gates=InitialCorruptCheck=false',
    ],
    ['3.7.3', '--experimental-enable-lease-checkpoint', '--feature-gates=LeaseCheckpoint=true'],
    ['3.7.3', '--experimental-corrupt-check-time=5s', '--corrupt-check-time=5s'],
    ['3.5.16', '--corrupt-check-time=5s', '--experimental-corrupt-check-time=5s'],
    ['3.5.16', '--enable-v2=true', '--enable-v2=true'],
    ['3.7.3', '-metrics=extensive', '-metrics=extensive'],
  ])('%s: %s → %s', async (version, flag, spelled) => {
    expect(await asked(version, flag)).toEqual([spelled]);
  });

  test('feature gates come in one list, since etcd takes the last one only', async () => {
    const flags = [
      '--feature-gates=SetMemberLocalAddr=true',
      '--metrics=extensive',
      '--experimental-initial-corrupt-check',
      '--experimental-compact-hash-check-enabled=true',
    ];
    expect(await asked('3.7.3', ...flags)).toEqual([
      '--metrics=extensive',
      '--feature-gates=SetMemberLocalAddr=true,InitialCorruptCheck=true,CompactHashCheck=true',
    ]);
  });

  test('what every version knows is passed to every version', async () => {
    for (const version of ['3.4.23', '3.5.16', '3.7.3'] as const) {
      const command = await commandOn(version, { backendBatchLimit: 500, preVote: false });
      expect(command.slice(-2)).toEqual(['--backend-batch-limit=500', '--pre-vote=false']);
    }
  });
});

describe('a flag that a version has no spelling for is refused by name', () => {
  test.each<[Version, ClusterSpecInput, string]>([
    ['3.7.3', { extraFlags: ['--enable-v2'] }, 'enable-v2'],
    ['3.7.3', { extraFlags: ['--proxy=on'] }, 'proxy'],
    ['3.7.3', { extraFlags: ['--user=me'] }, 'user'],
    ['3.5.16', { extraFlags: ['--feature-gates=InitialCorruptCheck=true'] }, 'feature-gates'],
    ['3.4.23', { extraFlags: ['--socket-reuse-port'] }, 'socket-reuse-port'],
    ['3.3.25', { preVote: true }, 'pre-vote'],
    ['3.3.25', { backendBatchLimit: 500 }, 'backend-batch-limit'],
    ['3.3.25', { maxConcurrentStreams: 100 }, 'max-concurrent-streams'],
  ])('%s, %j', async (version, input, flag) => {
    await expect(commandOn(version, input)).rejects.toMatchObject({
      name: 'DrillError',
      message: refusal(version, flag),
      code: 3,
    });
  });
});

test('flags are read where help lists them, not where it speaks of them', () => {
  const help = `Usage:
  etcd --version
    Show the version of etcd.

Member:
  --name 'default'
    Human-readable name; see also --initial-cluster and etcdctl --user.
\t--max-wals '5'
  --enable-pprof
`;
  expect([...flagsInHelp(help)]).toEqual(['name', 'max-wals', 'enable-pprof']);
});

const refusal = (version: string, flag: string): string =>
  `etcd ${version} does not know the flag \`--${flag}\`, and it has no other name there: ` +
  'leave it out, or choose another version with `--etcd`.';
