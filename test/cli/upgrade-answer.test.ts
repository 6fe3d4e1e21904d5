import { expect, test } from 'vitest';
import { answer } from '../../src/cli/upgrade/answer.ts';

const facts = (clusterVersion: string) => ({
  clusterVersion,
  oldEntriesUpTo: 0,
  members: [],
});
const unlooked = (to: string, flags: string) =>
  `Not looked at: the flags that the members are started with, which no member tells. ${to} ends at once over ${flags}, and passes over the same in the environment (\`ETCD_…\`): look for them in how each is started.`;

test('says of a version that knows fewer flags that nobody looked at them', () => {
  expect(answer(facts('3.6.0'), '3.7.3', [])).toBe(
    [
      "Nothing that the members tell speaks against 3.7.3: the cluster's version is 3.6.0, and every member is well.",
      unlooked('3.7.3', '`--experimental-…`, `--discovery`'),
    ].join('\n'),
  );
  const refusal = { rule: 'unwell', why: 'm1 is a learner', first: 'Promote m1, or remove it.' };
  expect(answer(facts('3.5.0'), '3.6.16', [refusal])).toBe(
    [
      'Not yet to 3.6.16:',
      '  unwell: m1 is a learner.',
      '    First: Promote m1, or remove it.',
      unlooked('3.6.16', '`--enable-v2`, `--proxy`'),
    ].join('\n'),
  );
});

test('says nothing of flags where the version knows all of those before', () => {
  for (const to of ['3.7.3', '3.6.17'])
    expect(answer(facts('3.7.0'), to, [])).not.toContain('Not looked at');
});
