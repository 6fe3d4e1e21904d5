import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import { cgroupOf } from '../../../src/faults/cgroup.ts';
import { FaultUnproved } from '../../../src/faults/fault.ts';
import { cpuBurn } from '../../../src/faults/resources/cpu-burn.ts';
import { cpuQuota } from '../../../src/faults/resources/cpu-quota.ts';
import { fileDescriptors } from '../../../src/faults/resources/file-descriptors.ts';
import { memoryLimit } from '../../../src/faults/resources/memory-limit.ts';
import { docker, lines } from '../../fixtures/docker.ts';
import { leaseRunsOut, live, prepared } from '../../fixtures/fault-life.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  pods = await startPods({ members: 1 }, { name: 'resources' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

let puts = 0;
const put = async (): Promise<string> => {
  const request = { kind: 'put', key: 'k', value: `${++puts}` } as const;
  return (await m1.client.perform(request, { deadlineMs: 5000 })).status;
};

/** A cgroup file of etcd, read in the tools by the docker command. */
async function cgroupFile(controller: string, v1: string, v2: string): Promise<string> {
  const { target, version, folder } = await cgroupOf(m1, controller);
  return docker(['exec', target.container, 'cat', `${folder}/${version === 1 ? v1 : v2}`]);
}
const quota = (): Promise<string> => cgroupFile('cpu', 'cpu.cfs_quota_us', 'cpu.max');

test('cpu-quota: etcd is throttled, and its quota is as before', async () => {
  const before = await quota();
  const working = { on: true };
  const work = (async () => {
    while (working.on) await put();
  })();
  try {
    const { proof } = await live(cpuQuota(m1, { percent: 1 }), async () => {
      expect((await quota()).split(' ')[0]).toBe('1000');
    });
    expect(proof).toEqual([expect.stringMatching(/ says 1000.*throttled m1 in \d+ periods$/)]);
  } finally {
    working.on = false;
    await work;
  }
  expect(await quota()).toBe(before);
}, 60_000);

test('cpu-quota: comes off with the lease, and is noticed', async () => {
  const before = await quota();
  const phases = await prepared(cpuQuota(m1, { percent: 50 }));
  await expect(phases.prove()).rejects.toThrow(FaultUnproved);
  await phases.inject();
  await leaseRunsOut(phases);
  expect(await quota()).toBe(before);
  await expect(phases.stillBites()).rejects.toThrow(FaultUnproved);
  await phases.proveHealed();
}, 60_000);

test('cpu-quota: a second one is refused, as each puts back what it found', async () => {
  {
    await using _ = await pods.cluster.inject(cpuQuota(m1, { percent: 1 }));
    await expect(prepared(cpuQuota(m1, { percent: 50 }))).rejects.toThrow(
      'm1 has a cpu-quota already: heal that one before it gets another.',
    );
  }
  await prepared(cpuQuota(m1, { percent: 50 }));
}, 60_000);

test("cpu-burn: burners that cannot join the member's cgroup are not waited for for ever", async () => {
  const phases = await prepared(cpuBurn(m1, { burners: 2 }));
  await m1.stop();
  try {
    await expect(phases.inject()).rejects.toThrow(/not all 2 burners could join \/cg\//);
  } finally {
    await phases.heal();
    await m1.start();
  }
  await phases.proveHealed();
}, 60_000);

test("cpu-burn: burners work in etcd's cgroup, and none is left", async () => {
  const busy = async (): Promise<number> => lines(await cgroupFile('cpu', 'cgroup.procs', 'cgroup.procs')).length; // prettier-ignore
  const alone = await busy();
  const { proof } = await live(cpuBurn(m1, { burners: 2 }), async (phases) => {
    expect(await busy()).toBe(alone + 2);
    await leaseRunsOut(phases);
    expect(await busy()).toBe(alone);
    await expect(phases.stillBites()).rejects.toThrow(
      '0 of 2 burners are left in the cgroup of m1',
    );
    await phases.inject();
  });
  expect(proof).toEqual([
    expect.stringMatching(/^2 burners in the cgroup of m1 used \d+ ms of processor time$/),
  ]);
  expect(await busy()).toBe(alone);
}, 60_000);

test('memory-limit: the kernel kills etcd, and it is back with its memory', async () => {
  const { proof, healed } = await live(memoryLimit(m1), async () => {
    expect(await docker(['inspect', '-f', '{{.State.OOMKilled}}', m1.etcdContainer])).toBe('true');
  });
  expect(proof).toEqual(['the kernel killed m1 for want of memory (exit code 137)']);
  expect(healed.at(-1)).toMatch(/^the memory limit of m1 is \w+, as before$/);
  expect(await put()).toBe('ok');
}, 60_000);

test('memory-limit: one that was cut short leaves no limit behind', async () => {
  const limit = (): Promise<string> => cgroupFile('memory', 'memory.limit_in_bytes', 'memory.max');
  const before = await limit();
  const phases = await prepared(memoryLimit(m1));
  const { target, version, folder } = await cgroupOf(m1, 'memory');
  const file = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  await target.session.must(`echo ${512 * 1024 * 1024} >${folder}/${file}`);
  expect(await limit()).not.toBe(before);
  await leaseRunsOut(phases);
  expect(await limit()).toBe(before);
  expect(m1.state).toBe('running');
}, 60_000);

test('memory-limit: a member that ended otherwise is not proved', async () => {
  const phases = await prepared(memoryLimit(m1));
  await docker(['kill', '--signal', 'ABRT', m1.etcdContainer]);
  await expect(phases.prove()).rejects.toThrow(/^m1 ended with exit code \d+, but not for want of memory$/); // prettier-ignore
  await phases.heal();
  await phases.proveHealed();
}, 60_000);

test('file-descriptors: etcd accepts no more clients than the limit leaves it', async () => {
  const { proof } = await live(fileDescriptors(m1, { most: 160 }), async () => {
    expect(await askedBeside(0)).toBe('HTTP/1.1 200 OK');
    expect(await askedBeside(12)).toBe('');
  });
  expect(proof.at(-1)).toMatch(/^the kernel lets etcd of m1 open 160 files \(\d+ before\)$/);
  const limits = await docker([
    'exec',
    m1.container,
    'sh',
    '-c',
    'cat /proc/$(pgrep -x etcd)/limits',
  ]);
  expect(limits).not.toMatch(/Max open files\s+160 /);
}, 60_000);

/** What one more client is answered at first, beside idle ones; nothing in a second and a half. */
async function askedBeside(idle: number): Promise<string> {
  const open = (to: number): string => `exec ${to}<>/dev/tcp/${m1.address}/2379`;
  const request = String.raw`GET /version HTTP/1.1\r\nHost: m1\r\nConnection: close\r\n\r\n`;
  const script = [
    ...Array.from({ length: idle }, (_, index) => open(10 + index)),
    'sleep 0.2',
    `${open(3)}; printf '${request}' >&3; timeout 1.5 head -n 1 <&3 || true`,
  ];
  const { container } = m1;
  return (await docker(['exec', container, 'bash', '-c', script.join('\n')])).trim();
}
