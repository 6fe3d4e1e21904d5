import { afterAll, beforeAll, expect, test } from 'vitest';
import { withMemberFiles } from '../../src/cluster/member-files.ts';
import { nameOf } from '../../src/cluster/naming.ts';
import { type LeaseHolder, startLeaseHolder } from '../fixtures/lease-holder.ts';
import { leftOf } from '../fixtures/pods.ts';

let holder: LeaseHolder;
beforeAll(async () => {
  holder = await startLeaseHolder('files');
}, 60_000);
afterAll(() => holder?.[Symbol.asyncDispose](), 60_000);

test('a borrower that dies leaves no container that holds the disks', async () => {
  const { engine, run, container: sidecar } = holder;
  const etcdName = nameOf({ run, drill: 'files' }, 'helper');
  const left = (): Promise<string[]> => leftOf(engine, run);
  await withMemberFiles(engine, { sidecar, etcdName }, async (files) => {
    expect(await left()).toContain(`/${etcdName}-files`);
    await files[Symbol.asyncDispose](); // as when its process ends
    await expect.poll(left, { timeout: 15_000 }).toEqual([`/${etcdName}`]);
  });
}, 40_000);
