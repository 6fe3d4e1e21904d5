import { describe, expect, test } from 'vitest';
import {
  type ClusterSpecInput,
  flagName,
  parseClusterSpec,
  sizeWarning,
} from '../../src/cluster/spec.ts';

test('what is left out has its default, or is left to etcd', () => {
  expect(parseClusterSpec({})).toEqual({
    members: 3,
    heartbeatMs: 100,
    electionMs: 1000,
    extraFlags: [],
    disks: { mapper: false },
  });
});

test.each<ClusterSpecInput>([
  { members: 1 },
  { members: 9 },
  { heartbeatMs: 200, electionMs: 1000 },
  { heartbeatMs: 1000, electionMs: 50_000 },
  { disks: { data: 314_572_800, wal: 400_000_000 } },
  { autoCompaction: { mode: 'periodic', retention: '1h30m' } },
  { autoCompaction: { mode: 'periodic', retention: '1' } },
  { autoCompaction: { mode: 'revision', retention: '1000' } },
  { maxWals: 0, maxSnapshots: 0 },
  { extraFlags: ['--experimental-initial-corrupt-check', '--metrics=extensive'] },
])('%j is a cluster', (input) => {
  expect(parseClusterSpec(input)).toMatchObject(input);
});

const refused: readonly [unknown, string][] = [
  [{ membrs: 3 }, 'cluster has no field `membrs`, did you mean `members`.'],
  [{ disks: { dta: 4e8 } }, 'cluster.disks has no field `dta`.'],
  [{ members: 0 }, 'cluster.members is 0: Too small: expected number to be >=1.'],
  [{ members: 10 }, 'cluster.members is 10: Too big: expected number to be <=9.'],
  [{ members: 2.5 }, 'cluster.members is 2.5: Invalid input: expected int, received number.'],
  [{ members: '3' }, 'cluster.members is "3": Invalid input: expected number, received string.'],
  [{ heartbeatMs: 0 }, 'cluster.heartbeatMs is 0: Too small: expected number to be >0.'],
  [{ electionMs: 50_001 }, 'cluster.electionMs is 50001: Too big: expected number to be <=50000.'],
  [
    { heartbeatMs: 201 },
    'electionMs 1000 is under 5 heartbeats of 201 ms, which etcd refuses: use at least 1005.',
  ],
  [
    { electionMs: 499 },
    'electionMs 499 is under 5 heartbeats of 100 ms, which etcd refuses: use at least 500.',
  ],
  [
    { disks: { data: 314_572_799 } },
    'cluster.disks.data is 314572799: etcd preallocates two WAL files of 64 MB: use at least 314572800.',
  ],
  [
    { disks: { wal: 1e6 } },
    'cluster.disks.wal is 1000000: etcd preallocates two WAL files of 64 MB: use at least 314572800.',
  ],
  [{ quotaBytes: 0 }, 'cluster.quotaBytes is 0: Too small: expected number to be >0.'],
  [{ cpus: -1 }, 'cluster.cpus is -1: Too small: expected number to be >0.'],
  [
    { memoryBytes: 1024 },
    'cluster.memoryBytes is 1024: Too small: expected number to be >=33554432.',
  ],
  [{ etcd: [] }, 'cluster.etcd is []: Too small: expected array to have >=1 items.'],
  [
    { autoCompaction: { mode: 'revision', retention: '1h' } },
    'cluster.autoCompaction.retention is "1h": expected a number of revisions as in "1000".',
  ],
  [
    { autoCompaction: { mode: 'periodic', retention: 'daily' } },
    'cluster.autoCompaction.retention is "daily": expected hours, or a Go duration as in "1h30m".',
  ],
  [{ tls: {} }, 'cluster.tls is {}: not built yet, leave it out.'],
  [{ auth: true }, 'cluster.auth is true: not built yet, leave it out.'],
];
test.each(refused)('%j is refused', (input, message) => {
  expect(() => parseClusterSpec(input as ClusterSpecInput)).toThrow(
    expect.objectContaining({ name: 'DrillError', message, code: 3 }),
  );
});

describe('extraFlags', () => {
  test.each([
    '--name=other',
    '-name=other',
    'initial-cluster=m1=http://10.0.0.1:2380',
    '--listen-peer-urls=http://0.0.0.0:9',
    '--initial-advertise-peer-urls=http://10.0.0.1:2380',
    '--data-dir=/elsewhere',
    '--heartbeat-interval=500',
    '--election-timeout=100',
    '--config-file=/etc/etcd.yml',
    '--pre-vote=false',
    '--quota-backend-bytes=1',
  ])('refuses %s, which the pod or a field of the spec sets', (flag) => {
    expect(() => parseClusterSpec({ extraFlags: ['--metrics=extensive', flag] })).toThrow(
      `extraFlags has \`${flag}\`, which drill sets itself: use the spec's own field, or leave it out.`,
    );
  });

  test('does not take a longer name for an owned one', () => {
    const extraFlags = ['--name-of-something', '--initial-election-tick-advance=false'];
    expect(parseClusterSpec({ extraFlags }).extraFlags).toEqual(extraFlags);
  });
});

test('an even size is told what it survives, an odd one is not', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(sizeWarning)).toEqual([
    '1 member survives the loss of 0.',
    '2 members survive the loss of 0, as 1 would: an odd size costs less for the same.',
    undefined,
    '4 members survive the loss of 1, as 3 would: an odd size costs less for the same.',
    undefined,
    '6 members survive the loss of 2, as 5 would: an odd size costs less for the same.',
    undefined,
    '8 members survive the loss of 3, as 7 would: an odd size costs less for the same.',
    undefined,
  ]);
});

test.each([
  ['--pre-vote=false', 'pre-vote'],
  ['-pre-vote', 'pre-vote'],
  ['pre-vote', 'pre-vote'],
  ['--feature-gates=A=true,B=false', 'feature-gates'],
])('the name of %s is %s', (flag, name) => expect(flagName(flag)).toBe(name));
