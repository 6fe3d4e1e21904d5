import { expect, test } from 'vitest';
import { SnapshotRefused } from '../../src/actions/restore-members.ts';
import { DrillError, exitCode } from '../../src/errors.ts';
import { isItsFault } from '../../src/rehearse/at-fault.ts';
import { MemberEnded, NotLetIn } from '../../src/rehearse/start-restored.ts';
import { notStarted } from '../../src/rehearse/try-next-minor.ts';

test.each([
  ['failed', new MemberEnded('m1 (etcd 3.7.3) ended with: panic: unmarshal should never fail')],
  ['failed', new SnapshotRefused('`etcdutl snapshot restore` refused it (exit code 1)')],
  ['unknown', new MemberEnded('m1 ended with: write /data/etcd: no space left on device')],
  ['unknown', new SnapshotRefused('`etcdutl snapshot restore`: no space left on device')],
  ['unknown', new DrillError('Could not create m1: the engine has no free port to publish')],
  ['unknown', new DrillError('A leader did not come within 5m', exitCode.violated)],
  ['unknown', new NotLetIn('The restored cluster refuses: user name is empty')],
  ['unknown', new TypeError('a bug')],
] as const)('a restore is %s after %o', (kind, error) => {
  expect(isItsFault(error)).toBe(kind === 'failed');
  expect(notStarted('3.7.3', error)).toEqual({ kind, version: '3.7.3', reason: error.message });
});
