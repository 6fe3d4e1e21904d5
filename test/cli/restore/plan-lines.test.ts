import { expect, test } from 'vitest';
import { doneLines, planLines } from '../../../src/cli/restore/plan-lines.ts';
import { readToken } from '../../../src/cli/restore/read-token.ts';
import { restoreCommand } from '../../../src/cli/restore/restore-command.ts';
import type { Answer } from '../../../src/restore/living-members.ts';
import { readMembers } from '../../../src/restore/planned-member.ts';
import type { RestorePlan } from '../../../src/restore/restore-files.ts';
import { summary } from '../../fixtures/rehearsal.ts';

const members = readMembers(['m1=http://10.0.0.1:2380=/data/my etcd', 'm2=http://10.0.0.2:2380']);
const plan: RestorePlan = {
  snapshot: "/backups/monday's.db",
  members,
  token: 'drill-token',
  tool: {
    kind: 'host',
    path: '/opt/my tools/etcdutl',
    program: 'etcdutl',
    version: '3.7.3',
    environment: [],
  },
  bump: 1000,
};
const flags = {
  endpoints: '10.0.0.1:2379,10.0.0.2:2379',
  etcdutl: '/opt/my tools/etcdutl',
  'new-addresses': true,
};
const shared =
  "--endpoints 10.0.0.1:2379,10.0.0.2:2379 --etcdutl '/opt/my tools/etcdutl' --bump-revision 1000 --mark-compacted --new-addresses --token drill-token --yes";

test('the command of this host is the plan, with its token, its flags and words of a shell', () => {
  expect(restoreCommand(plan, flags)).toBe(
    `drill restore '/backups/monday'\\''s.db' --member 'm1=http://10.0.0.1:2380=/data/my etcd' --member m2=http://10.0.0.2:2380 ${shared}`,
  );
});

test('the plan has that of every other host, with the same token', () => {
  expect(planLines({ plan, summary, asked: [] }, flags).at(-1)).toBe(
    `    drill restore '/backups/monday'\\''s.db' --member m1=http://10.0.0.1:2380 --member m2=http://10.0.0.2:2380=DATA-DIR ${shared}`,
  );
});

test('a log in a place of its own is planned, and asked for on every other host', () => {
  const texts = ['m1=http://10.0.0.1:2380=/data/etcd', 'm2=http://10.0.0.2:2380'];
  const apart = { ...plan, members: readMembers(texts, ['m1=/fast disk/wal/']) };
  const member = '--member m1=http://10.0.0.1:2380';
  expect(restoreCommand(apart, flags)).toContain(
    `${member}=/data/etcd --member m2=http://10.0.0.2:2380 --wal-dir 'm1=/fast disk/wal' --endpoints`,
  );
  const lines = planLines({ plan: apart, summary, asked: [] }, flags);
  const place =
    '/data/etcd, its log into /fast disk/wal (start it with `--wal-dir=/fast disk/wal`)';
  expect(lines).toContain(`    m1 at http://10.0.0.1:2380 into ${place}`);
  expect(lines.at(-1)).toContain(
    `${member} --member m2=http://10.0.0.2:2380=DATA-DIR --wal-dir m2=WAL-DIR --endpoints`,
  );
  expect(doneLines(apart)[0]).toBe(`restored m1 into ${place}`);
});

test('the plan tells a closed port from silence, and from a cluster that lives beside it', () => {
  const asked = (text: string, answer: Answer) =>
    ({ text, host: text, port: 1, answer, isBeside: true }) as const;
  const answers = [
    asked('a:1', 'refused'),
    asked('b:1', 'silent'),
    asked('c:1', 'unresolvable'),
    asked('d:1', 'accepted'),
    asked('e:1', 'refused'),
  ];
  expect(planLines({ plan, summary, asked: answers }, flags)).toEqual(
    expect.arrayContaining([
      '  nothing listens at a:1, e:1',
      '  no answer from b:1: make sure that it is off, and not only cut off from this host',
      "  the old cluster's c:1 has no address any more",
      '  the old cluster LIVES at d:1: this makes a second one beside it, and no client may write to both',
    ]),
  );
});

test('hosts that would each make a token are refused', () => {
  expect(() => readToken(undefined, { yes: true, members })).toThrow(
    '`--yes` without `--token`, and m2 on another host: each host would make its own token, and they would be different clusters. Leave `--yes` out first: the plan has the command for every host, with one token.',
  );
  expect(readToken(undefined, { yes: false, members })).toBeUndefined();
  expect(readToken(undefined, { yes: true, members: members.slice(0, 1) })).toBeUndefined();
  expect(readToken('drill-token', { yes: true, members })).toBe('drill-token');
  expect(() => readToken('etcd-cluster', { yes: true, members })).toThrow(
    '`--token etcd-cluster`: expected 8 or more letters',
  );
});
