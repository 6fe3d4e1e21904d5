import { expect, test } from 'vitest';
import { drill } from '../fixtures/drill.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';

test('a cluster is asked what speaks against another version, and changed in nothing', async () => {
  await using etcd = await startSingleEtcd({ request: '3.5.16' });
  const check = (...words: string[]) =>
    drill(['upgrade', 'check', '--endpoints', etcd.address, ...words]);

  expect(await check('--to', '3.5.35')).toMatchObject({
    exitCode: 0,
    stdout:
      "Nothing that the members tell speaks against 3.5.35: the cluster's version is 3.5.0, and every member is well.",
  });
  expect(await check('--to', '3.6.16')).toMatchObject({
    exitCode: 1,
    stdout: [
      'Not yet to 3.6.16:',
      '  promoted-learners: what was promoted from a learner, which the member list does not tell, is a learner again under 3.6.16, straight from 3.5.16.',
      '    First: Upgrade every member to 3.5.35 (at least 3.5.26), and once all run it restart each again: what it then publishes puts the others right.',
      'Not looked at: the flags that the members are started with, which no member tells. 3.6.16 ends at once over `--enable-v2`, `--proxy`, and passes over the same in the environment (`ETCD_…`): look for them in how each is started.',
    ].join('\n'),
  });
  expect(await check('--to', '3.6')).toMatchObject({
    exitCode: 3,
    stderr: 'drill: `--to 3.6`: expected a full version, for example 3.6.16.',
  });
  await etcd.kill();
  const silent = await check('--to', '3.5.35');
  expect(silent).toMatchObject({ exitCode: 3, stdout: '' });
  expect(silent.stderr).toMatch(
    /^drill: No member could be asked: (\S+) \(.*connect ECONNREFUSED \1.*\)\. Are they up, are these client addresses, and do they let in who asks/,
  );
}, 60_000);
