import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMapperMajor } from '../../../src/cluster/device-mapper.ts';
import { smallestDiskBytes } from '../../../src/cluster/spec.ts';
import type { Member } from '../../../src/cluster/member.ts';
import { connectEngine } from '../../../src/engine/connect-engine.ts';
import { diskErrors } from '../../../src/faults/disk/disk-errors.ts';
import { diskLatency } from '../../../src/faults/disk/disk-latency.ts';
import { FaultUnproved, type PreparedFault } from '../../../src/faults/fault.ts';
import { ensureToolbox } from '../../../src/images/ensure-toolbox.ts';
import { type Pods, silently, startPods } from '../../fixtures/pods.ts';
import { until } from '../../fixtures/until.ts';

const engine = await connectEngine({ env: process.env });
const toolbox = await ensureToolbox({ engine, announce: silently });
const mapper = (await findMapperMajor(engine, toolbox)) !== undefined;
const spec = { members: 1, disks: { data: smallestDiskBytes, mapper: true } };

test.skipIf(mapper)(
  'a kernel without device-mapper is refused, and nothing is made',
  async () => {
    await expect(startPods(spec, { name: 'mapper' })).rejects.toThrow(
      "The kernel of the engine's host has no device-mapper, which `disks: { mapper: true }` is built on: `modprobe dm-mod` on that host, or use an engine on another one (`drill doctor` tells).",
    );
  },
  60_000,
);

describe.runIf(mapper)('on a device-mapper layer', () => {
  let pods: Pods;
  let m1: Member;
  beforeAll(async () => {
    pods = await startPods(spec, { name: 'mapper' });
    m1 = pods.cluster.member('m1');
  }, 300_000);
  afterAll(() => pods?.[Symbol.asyncDispose](), 120_000);

  const table = (): Promise<string> => m1.disk!.session.must(`dmsetup table; grep ' /tmp/' /proc/mounts; true`); // prettier-ignore
  let puts = 0;
  const put = async (): Promise<string> => {
    const request = { kind: 'put', key: 'k', value: `${++puts}` } as const;
    return (await m1.client.perform(request, { deadlineMs: 10_000 })).status;
  };
  const on = async (fault: PreparedFault, whileOn: () => Promise<void>): Promise<string[]> => {
    await fault.inject();
    try {
      const proof = await fault.prove();
      await whileOn();
      return proof;
    } finally {
      await fault.heal();
    }
  };

  test('disk-latency delays each request, and the layer is as before afterwards', async () => {
    const before = await table();
    const fault = await diskLatency(m1, { delay: '200ms' }).prepare('t1');
    await expect(fault.prove()).rejects.toThrow(FaultUnproved);
    const [proof] = await on(fault, async () => {
      const startedMs = performance.now();
      expect(await put()).toBe('ok');
      expect(performance.now() - startedMs).toBeGreaterThan(200);
      await fault.stillBites();
      await expect(diskLatency(m1).prepare('t2')).rejects.toThrow(
        /^The data disk of m1 has a fault on its layer already: `/,
      );
    });
    expect(proof).toMatch(/^a read from the data disk of m1 took \d{3,} ms$/);
    await expect(fault.stillBites()).rejects.toThrow(FaultUnproved);
    expect(await fault.proveHealed()).toEqual([
      'the layer of the data disk of m1 passes all on, as before',
    ]);
    expect(await table()).toBe(before);
  }, 120_000);

  test('disk-errors ends etcd, and is repaired', async () => {
    const before = await table();
    const fault = await diskErrors(m1).prepare('t3');
    await expect(fault.prove()).rejects.toThrow(FaultUnproved);
    const [proof] = await on(fault, async () => {
      expect(await put()).not.toBe('ok');
      await until('the end of etcd', 60_000, () => m1.state === 'exited' || undefined);
      await fault.stillBites();
    });
    expect(proof).toMatch(/^a trial write to the data disk of m1 fails: /);
    await fault.proveHealed();
    expect(await table()).toBe(before);
    await until('an acknowledged write', 60_000, async () => (await put()) === 'ok' || undefined);
  }, 240_000);
});
