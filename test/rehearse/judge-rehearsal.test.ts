import { describe, expect, test } from 'vitest';
import type { Comparison, Difference } from '../../src/rehearse/compare-keyspace.ts';
import type { Facts } from '../../src/rehearse/facts.ts';
import { judgeRehearsal } from '../../src/rehearse/judge-rehearsal.ts';
import type { StoredKeyValue } from '../../src/snapshot/key-value.ts';
import { facts, factsWith, live, manifest, restored, summary } from '../fixtures/rehearsal.ts';

test('a rehearsal that found nothing wrong holds in everything', () => {
  const verdicts = judgeRehearsal(facts(), { showValues: false });
  expect(verdicts.map(({ assertion, status }) => [assertion, status])).toEqual(
    [
      'file',
      'manifest',
      'restores',
      'keyspace',
      'members-agree',
      'writes',
      'keys-stay',
      'alarms',
      'quota',
      'next-minor',
      'live',
    ].map((name) => [name, 'held']),
  );
  expect(told('restores', facts())).toBe(
    '5.00 s to full health: restore 1.00 s, start 1.00 s, elect 1.00 s, first write 1.00 s, full health 1.00 s',
  );
});

describe('a manifest of something else is told', () => {
  test.each([
    [{ keys: 121 }, 'keys is 120 and should be 121'],
    [{ revision: 501 }, 'revision is 500 and should be 501'],
    [{ sha256: 'cd'.repeat(32) }, `sha256 is ${'ab'.repeat(32)} and should be ${'cd'.repeat(32)}`],
  ])('%o', (change, message) => {
    const wrong = facts({ manifest: { ...manifest, ...change } });
    expect(statusOf('manifest', wrong)).toBe('violated');
    expect(told('manifest', wrong)).toBe(message);
  });

  test('none is no fault', () => {
    const { manifest: _, ...without } = facts();
    expect(statusOf('manifest', without)).toBe('not-exercised');
  });
});

describe('keys that are not served as they are in the file', () => {
  const key = Buffer.from('/registry/pods/a\u001B[31m');
  const differences: Difference[] = [
    { kind: 'lost', key, inFile: record(key, 'secret-1') },
    { kind: 'changed', key, inFile: record(key, 'secret-2'), served: record(key, 'secret-3') },
    { kind: 'extra', key, served: record(key, 'secret-4') },
  ];
  const value = { served: 120, matched: 118, lost: 1, changed: 1, extra: 40, differences };
  const wrong = factsWith({
    comparison: { kind: 'found', value: { ...value, prefixes: summary.prefixes } },
  });

  test('are told by name, and without their values', () => {
    expect(told('keyspace', wrong)).toBe(
      'at revision 500, 1 keys of the file are not served, 1 differ, and 40 are served that it does not have',
    );
    expect(violations('keyspace', wrong)).toEqual([
      '"/registry/pods/a␛[31m" is in the file (revision 9, version 2, 8 B) and is not served',
      '"/registry/pods/a␛[31m" is in the file (revision 9, version 2, 8 B) and is served otherwise (revision 9, version 2, 8 B)',
      '"/registry/pods/a␛[31m" is served (revision 9, version 2, 8 B) and is not in the file',
      '39 more differ',
    ]);
    expect(JSON.stringify(judgeRehearsal(wrong, { showValues: false }))).not.toContain('secret');
  });

  test('show their values where that is asked for', () => {
    expect(violations('keyspace', wrong, true)[0]).toBe(
      '"/registry/pods/a␛[31m" is in the file (revision 9, version 2, 8 B: "secret-1") and is not served',
    );
  });

  test('prove nothing where they could not be read', () => {
    const reason = 'm1: Range: etcdserver: user name is empty';
    const unread = factsWith({ comparison: { kind: 'unknown', reason } });
    expect(statusOf('keyspace', unread)).toBe('inconclusive');
    expect(told('keyspace', unread)).toBe(
      `the keys could not be read from the restored cluster: ${reason}. The cluster had authentication on: name a user that may read everything with \`--user\``,
    );
  });
});

describe('what else may be wrong with a restored cluster', () => {
  const [first, ...others] = restored.members;
  if (first === undefined) throw new Error('the restored cluster has members');
  const alike: Comparison = {
    served: 120,
    matched: 120,
    lost: 0,
    changed: 0,
    extra: 0,
    differences: [],
    prefixes: summary.prefixes,
  };
  test.each<[string, string, Facts, string]>([
    [
      'restores',
      'violated',
      facts({ notRestored: { phase: 'start', reason: 'm1 ended with: panic', isItsFault: true } }),
      'it came to an end in “start”: m1 ended with: panic',
    ],
    [
      'restores',
      'inconclusive',
      facts({ notRestored: { phase: 'restore', reason: 'the disk is full', isItsFault: false } }),
      'it came to an end in “restore”: the disk is full',
    ],
    [
      'keyspace',
      'inconclusive',
      factsWith({ comparison: { kind: 'found', value: { ...alike, served: 110, matched: 110 } } }),
      "two readings at revision 500 disagree: the first found 110 of the file's 120 keys alike among 110 served, the second no difference",
    ],
    [
      'keyspace',
      'inconclusive',
      factsWith({ comparison: { kind: 'found', value: { ...alike, served: 121 } } }),
      "two readings at revision 500 disagree: the first found 120 of the file's 120 keys alike among 121 served, the second no difference",
    ],
    [
      'keyspace',
      'not-exercised',
      facts({
        snapshot: { ...summary, keys: 0 },
        restored: {
          ...restored,
          comparison: { kind: 'found', value: { ...alike, served: 0, matched: 0 } },
        },
      }),
      'no key is in the file, and none is served at revision 500',
    ],
    [
      'restores',
      'violated',
      factsWith({ members: [{ ...first, unhealthy: 'ALARM NOSPACE' }, ...others] }),
      'it started, and m1 is not healthy: ALARM NOSPACE',
    ],
    [
      'members-agree',
      'violated',
      factsWith({ members: [{ ...first, hash: { kind: 'found', value: 78 } }, ...others] }),
      'HashKV differs at revision 500: m1 has 78; m2, m3 has 77',
    ],
    [
      'members-agree',
      'inconclusive',
      factsWith({ members: [{ ...first, hash: { kind: 'unknown', reason: 'no answer' } }] }),
      'm1 did not tell its hash: no answer',
    ],
    [
      'members-agree',
      'violated',
      factsWith({
        members: [
          { ...first, hash: { kind: 'unknown', reason: 'no answer' } },
          { ...first, name: 'm2', hash: { kind: 'found', value: 78 } },
          { ...first, name: 'm3' },
        ],
      }),
      'HashKV differs at revision 500: m2 has 78; m3 has 77',
    ],
    [
      'writes',
      'violated',
      factsWith({ write: { kind: 'refused', reason: 'mvcc: database space exceeded' } }),
      'a write was refused: mvcc: database space exceeded',
    ],
    [
      'writes',
      'violated',
      factsWith({ write: { kind: 'acknowledged', revision: 12 } }),
      'the first write got revision 12, and the file ends at 500',
    ],
    [
      'keys-stay',
      'violated',
      factsWith({ keysAtEnd: { kind: 'found', value: 118 } }),
      '121 keys should be there at the end, and 118 are; 2 have a lease that can expire',
    ],
    [
      'keys-stay',
      'held',
      factsWith({ keysAtEnd: { kind: 'found', value: 119 } }),
      '2 keys went during the rehearsal, no more than the 2 whose leases can expire',
    ],
    [
      'alarms',
      'violated',
      factsWith({ alarms: { kind: 'found', value: [{ memberId: 'ab', alarm: 'NOSPACE' }] } }),
      'the cluster comes back with NOSPACE of member ab: it must be dealt with and disarmed after every restore',
    ],
    [
      'quota',
      'violated',
      facts({ quota: { bytes: 2 ** 20, isAsked: true } }),
      '1 MiB of a quota of 1 MiB: 100%: the first write would raise NOSPACE',
    ],
    [
      'quota',
      'inconclusive',
      facts({ quota: { bytes: 2 ** 20, isAsked: false } }),
      '1 MiB of a quota that etcd has by default (say yours with `--quota`) of 1 MiB: 100%: the first write would raise NOSPACE',
    ],
    [
      'quota',
      'held',
      facts({ quota: { bytes: 1_200_000, isAsked: true } }),
      '1 MiB of a quota of 1.1 MiB: 87.38%, which is tight: compact and defragment in time',
    ],
    [
      'quota',
      'inconclusive',
      factsWith({
        members: [{ ...first, dbSizeBytes: { kind: 'unknown', reason: 'refused' } }, ...others],
      }),
      '1 MiB of a quota that etcd has by default (say yours with `--quota`) of 2 GiB: 0.05%, but m1 did not tell its size',
    ],
    [
      'next-minor',
      'inconclusive',
      facts({ nextMinor: { kind: 'unknown', version: '3.7.3', reason: 'the disk is full' } }),
      'whether etcd 3.7.3 takes it was not found out: the disk is full',
    ],
    [
      'next-minor',
      'violated',
      facts({ nextMinor: { kind: 'failed', version: '3.7.3', reason: 'panic' } }),
      'etcd 3.7.3 does not come up with it: panic',
    ],
    [
      'next-minor',
      'violated',
      facts({
        nextMinor: { kind: 'started', version: '3.7.3', keys: { kind: 'found', value: 119 } },
      }),
      'etcd 3.7.3 started with it and has 119 of 120 keys',
    ],
    [
      'next-minor',
      'not-exercised',
      facts({ nextMinor: { kind: 'not-tried', reason: 'no etcd 3.7 is on this engine' } }),
      'not tried: no etcd 3.7 is on this engine',
    ],
    [
      'live',
      'violated',
      facts({ live: { kind: 'found', value: { ...live, keys: 119 } } }),
      'at revision 500 the live cluster (10.0.0.1:2379) has 119 keys, and the file 120',
    ],
    [
      'live',
      'inconclusive',
      facts({ live: { kind: 'found', value: { ...live, clusterId: 'ab12' } } }),
      'the live cluster (10.0.0.1:2379) is ab12, and the backup is of cdf818194e3a8c32: it is another one, or was restored since, so their keys cannot be compared',
    ],
    [
      'live',
      'inconclusive',
      facts({ live: { kind: 'unknown', reason: 'it has compacted that' } }),
      'it has compacted that',
    ],
  ])('%s is %s', (name, status, found, message) => {
    expect(statusOf(name, found)).toBe(status);
    expect(told(name, found)).toBe(message);
  });

  test('without a restored cluster nothing about it is held', () => {
    const { restored: _, ...nothing } = facts({
      notRestored: { phase: 'start', reason: 'panic', isItsFault: true },
    });
    for (const name of ['keyspace', 'members-agree', 'writes', 'keys-stay', 'alarms'])
      expect(statusOf(name, nothing)).toBe('inconclusive');
  });
});

function verdict(name: string, found: Facts, showValues = false) {
  const one = judgeRehearsal(found, { showValues }).find(({ assertion }) => assertion === name);
  if (one === undefined) throw new Error(`there is no verdict ${name}`);
  return one;
}

const statusOf = (name: string, found: Facts) => verdict(name, found).status;
const told = (name: string, found: Facts) => verdict(name, found).summary;

function violations(name: string, found: Facts, showValues = false): string[] {
  const one = verdict(name, found, showValues);
  return one.status === 'violated' ? one.violations.map(({ message }) => message) : [];
}

function record(key: Buffer, value: string): StoredKeyValue {
  return {
    key,
    value: Buffer.from(value),
    createRevision: 3,
    modRevision: 9,
    version: 2,
    lease: 0n,
  };
}
