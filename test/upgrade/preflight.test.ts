import { describe, expect, test } from 'vitest';
import type { ClusterFacts, MemberFacts } from '../../src/upgrade/facts.ts';
import { preflight } from '../../src/upgrade/preflight.ts';

const member = (name: string, changed: Partial<MemberFacts> = {}): MemberFacts => ({
  name,
  version: '3.6.16',
  storageVersion: '3.6.0',
  isLearner: false,
  wasLearner: 'unknown',
  alarms: [],
  dbSizeBytes: 1000,
  quotaBytes: 10_000,
  snapshotIndex: 900,
  ...changed,
});

const cluster = (
  changed: Partial<ClusterFacts> = {},
  eachMember: Partial<MemberFacts> = {},
): ClusterFacts => ({
  clusterVersion: '3.6.0',
  oldEntriesUpTo: 500,
  members: ['m1', 'm2', 'm3'].map((name) => member(name, eachMember)),
  ...changed,
});

/** A cluster of 3.5, whose members have no version of their storage yet. */
const of35 = (version: string, eachMember: Partial<MemberFacts> = {}): ClusterFacts => {
  const { storageVersion: _, quotaBytes: __, ...rest } = member('', { version, ...eachMember });
  const members = ['m1', 'm2', 'm3'].map((name) => ({ ...rest, name }));
  return { clusterVersion: '3.5.0', oldEntriesUpTo: 500, members };
};

describe('nothing is said against', () => {
  test.each<[string, ClusterFacts, string]>([
    ['a patch release', cluster(), '3.6.17'],
    ['the next minor, once every log begins after the old entries', cluster(), '3.7.3'],
    ['3.7 for a cluster that began with 3.6', cluster({ oldEntriesUpTo: 0 }), '3.7.3'],
    ['3.6 from a 3.5 that keeps promoted members', of35('3.5.26'), '3.6.16'],
    ['3.6 where no member was ever a learner', of35('3.5.16', { wasLearner: false }), '3.6.16'],
    ['3.5.3 for three members', { ...of35('3.4.23'), clusterVersion: '3.4.0' }, '3.5.3'],
    ['3.5 from 3.4', { ...of35('3.4.23'), clusterVersion: '3.4.0' }, '3.5.35'],
    [
      'a member back to 3.5 while others of 3.5 remain',
      {
        ...of35('3.5.35'),
        members: [member('m1', { storageVersion: '3.5.0' }), ...of35('3.5.35').members.slice(1)],
      },
      '3.5.35',
    ],
    [
      'the version that a downgrade has come to',
      cluster({ downgradesTo: '3.6.0' }, { version: '3.7.3' }),
      '3.6.16',
    ],
    ['a flag that the version still knows', cluster({}, { flags: ['--pre-vote=true'] }), '3.7.3'],
    ['an experimental flag under 3.6', of35('3.5.35', { flags: ['--experimental-x=1'] }), '3.6.16'],
  ])('%s', (_, facts, to) => {
    expect(preflight(facts, to)).toEqual([]);
  });
});

describe('is refused', () => {
  test.each<[string, ClusterFacts, string, string, string]>([
    [
      'skipped-minor',
      of35('3.5.35'),
      '3.7.3',
      "3.7.3 is 2 minors above the cluster's version 3.5.0, and etcd goes up one at a time",
      "Upgrade every member to 3.6, and wait until the cluster's version is 3.6.0.",
    ],
    [
      'going-back',
      cluster(),
      '3.5.35',
      "the cluster's version is 3.6.0, and no downgrade is enabled",
      "`etcdctl downgrade enable 3.5`, and wait until the cluster's version is 3.5.0.",
    ],
    [
      'going-back',
      cluster({ downgradesTo: '3.5.0' }),
      '3.5.35',
      "a downgrade to 3.5.0 is enabled, but the cluster's version is still 3.6.0",
      "`etcdctl downgrade enable 3.5`, and wait until the cluster's version is 3.5.0.",
    ],
    [
      'going-back',
      cluster({ clusterVersion: '3.7.0' }, { storageVersion: '3.7.0' }),
      '3.5.35',
      "3.5.35 is 2 minors below the cluster's version 3.7.0, and etcd goes back one at a time",
      'Go back to 3.6 first.',
    ],
    [
      'going-back',
      of35('3.5.35'),
      '3.4.23',
      'etcd has no way back from 3.5.0 to 3.4.23',
      'Restore a snapshot that was taken before the upgrade.',
    ],
    [
      'known-loss',
      { ...of35('3.4.23'), clusterVersion: '3.4.0' },
      '3.5.2',
      "under 3.5.2 after a SIGKILL under load the members' revisions and data can differ (etcd issue 13766)",
      'Choose 3.5.35 instead (at least 3.5.3).',
    ],
    [
      'known-loss',
      { ...of35('3.4.23'), clusterVersion: '3.4.0', members: [member('m1')] },
      '3.5.4',
      'under 3.5.4 a single member can lose a write that it acknowledged (etcd issue 14370)',
      'Choose 3.5.35 instead (at least 3.5.5).',
    ],
    [
      'known-loss',
      { ...of35('3.3.25'), clusterVersion: '3.3.0', members: [member('m1')] },
      '3.4.20',
      'under 3.4.20 a single member can lose a write that it acknowledged (etcd issue 14370)',
      'Choose 3.4.23 instead (at least 3.4.21).',
    ],
    [
      'promoted-learners',
      of35('3.5.16'),
      '3.6.16',
      'what was promoted from a learner, which the member list does not tell, is a learner again under 3.6.16, straight from 3.5.16',
      'Upgrade every member to 3.5.35 (at least 3.5.26), and once all run it restart each again: what it then publishes puts the others right.',
    ],
    [
      'promoted-learners',
      of35('3.5.25', { wasLearner: true }),
      '3.6.16',
      'what was promoted from a learner (m1, m2, m3) is a learner again under 3.6.16, straight from 3.5.25',
      'Upgrade every member to 3.5.35 (at least 3.5.26), and once all run it restart each again: what it then publishes puts the others right.',
    ],
    [
      'old-entries',
      cluster({ members: [member('m1'), member('m2', { snapshotIndex: 499 }), member('m3')] }),
      '3.7.3',
      'the log of m2 is replayed from before entry 500, up to which members below 3.6 wrote: 3.7.3 panics over their entries',
      "Once the cluster's version is 3.6.0, let each member write a snapshot: restart them on 3.6 with `--snapshot-count=100`, one after the other, and look for `saved snapshot to disk` in their logs.",
    ],
    [
      'old-entries',
      cluster({ oldEntriesUpTo: 'unknown' }, { snapshotIndex: 'unknown' }),
      '3.7.3',
      'the log of m1, m2, m3 may be replayed from entries that members below 3.6 wrote, over which 3.7.3 panics',
      "Once the cluster's version is 3.6.0, let each member write a snapshot: restart them on 3.6 with `--snapshot-count=100`, one after the other, and look for `saved snapshot to disk` in their logs.",
    ],
    [
      'unsettled',
      cluster({ members: [member('m1', { storageVersion: '3.5.0' }), member('m2')] }),
      '3.7.3',
      "the storage version of m1 is 3.5.0, the cluster's version 3.6.0",
      'Wait until both are 3.6.0.',
    ],
    [
      'unwell',
      cluster({ members: [member('m1', { unwell: 'it does not answer' }), member('m2')] }),
      '3.6.17',
      'm1 is not healthy (it does not answer)',
      'Bring m1 back: while another member restarts, the quorum may need it.',
    ],
    [
      'unwell',
      cluster({ members: [member('m1', { alarms: ['NOSPACE'] })] }),
      '3.6.17',
      'm1 has the alarm NOSPACE',
      'Cure what raised it, and disarm it.',
    ],
    [
      'unwell',
      cluster({ members: [member('m1', { isLearner: true })] }),
      '3.6.17',
      'm1 is a learner',
      'Promote m1, or remove it.',
    ],
    [
      'unwell',
      cluster({ members: [member('m1', { dbSizeBytes: 9000 })] }),
      '3.6.17',
      'the database of m1 fills 90% of its quota',
      'Compact, and defragment each member.',
    ],
    [
      'refused-flags',
      cluster({ members: [member('m1', { flags: ['--experimental-initial-corrupt-check'] })] }),
      '3.7.3',
      'm1 is started with `--experimental-initial-corrupt-check`, which 3.7.3 does not know',
      'Leave it out, or use its name without `experimental-` where it has one.',
    ],
    [
      'refused-flags',
      { ...of35('3.5.35'), members: [member('m1', { version: '3.5.35', flags: ['--enable-v2'] })] },
      '3.6.16',
      'm1 is started with `--enable-v2`, which 3.6.16 does not know',
      'Leave it out, or use its name without `experimental-` where it has one.',
    ],
  ])('by %s, as %#', (rule, facts, to, why, first) => {
    expect(preflight(facts, to)).toEqual([{ rule, why, first }]);
  });

  test('for every reason at once', () => {
    const facts = of35('3.5.16', { alarms: ['CORRUPT'], flags: ['--enable-v2=true'] });
    expect(preflight(facts, '3.7.3').map(({ rule }) => rule)).toEqual([
      'skipped-minor',
      'promoted-learners',
      'unwell',
      'unwell',
      'unwell',
      'refused-flags',
      'refused-flags',
      'refused-flags',
    ]);
  });
});
