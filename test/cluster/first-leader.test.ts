import { expect, test } from 'vitest';
import { startPods } from '../fixtures/pods.ts';

test('a member that never starts is the error, with the end of its log, and nothing is left', async () => {
  const starting = startPods(
    { members: 1, extraFlags: ['--listen-metrics-urls=http://192.0.2.1:1'] },
    { etcd: 'deb:trixie', name: 'broken' },
  );
  await expect(starting).rejects.toMatchObject({
    name: 'DrillError',
    code: 3,
    message: expect.stringMatching(
      /^m1 \(etcd 3\.5\.16\) did not start\. Its log:\n(?:.*\n)*.*192\.0\.2\.1:1: bind: cannot assign requested address/,
    ) as string,
  });
}, 60_000);
