import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageOf } from '../../../src/errors.ts';
import { smallestDiskBytes } from '../../../src/cluster/spec.ts';
import type { Member } from '../../../src/cluster/member.ts';
import type { Session } from '../../../src/cluster/session.ts';
import { diskErrors } from '../../../src/faults/disk/disk-errors.ts';
import { diskFull } from '../../../src/faults/disk/disk-full.ts';
import { diskLatency } from '../../../src/faults/disk/disk-latency.ts';
import { diskNoisy } from '../../../src/faults/disk/disk-noisy.ts';
import { diskReadOnly } from '../../../src/faults/disk/disk-read-only.ts';
import { diskStall } from '../../../src/faults/disk/disk-stall.ts';
import { type ThrottledMember, diskThrottle } from '../../../src/faults/disk/disk-throttle.ts';
import { FaultUnproved, type HealableFault } from '../../../src/faults/fault.ts';
import { lines } from '../../fixtures/docker.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';
import { until } from '../../fixtures/until.ts';

let pods: Pods;
let m1: Member;
beforeAll(async () => {
  const disks = { data: smallestDiskBytes, wal: smallestDiskBytes };
  pods = await startPods({ members: 1, disks }, { name: 'disk-faults' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

let puts = 0;
const put = async (): Promise<string> => {
  const request = { kind: 'put', key: 'k', value: `${++puts}` } as const;
  return (await m1.client.perform(request, { deadlineMs: 5000 })).status;
};

/** What the helper's mounts, processes and members' limits are, read without the code under test. */
const outside = async (): Promise<string> => {
  const { containerId } = await m1.process();
  return m1.disk!.session.must(
    `grep ' /tmp/' /proc/mounts
cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c 'sys[s]eek'
cat $(find /cg -maxdepth 6 -path '*${containerId}*' \\( -name 'blkio.throttle.*_device' -o -name io.max \\))
ls -A /tmp; true`,
  );
};

let id = 0;

/** Takes a fault through its life, and compares what is there before and after. */
async function live(
  fault: HealableFault,
  whileOn: () => Promise<void>,
): Promise<{ proof: string[]; gone: string[] }> {
  const before = await outside();
  const prepared = await fault.prepare(`t${++id}`);
  let proof: string[];
  await prepared.inject();
  try {
    proof = await prepared.prove();
    await whileOn();
    await prepared.stillBites();
    await prepared.stillBites('last');
  } finally {
    await prepared.heal();
  }
  await prepared.heal();
  const gone = await prepared.proveHealed();
  expect(await outside()).toBe(before);
  return { proof, gone };
}

/** One that was taken off behind its back, as its lease would, does not bite any more. */
async function undoneBehindItsBack(fault: HealableFault): Promise<void> {
  const before = await outside();
  const prepared = await fault.prepare(`t${++id}`);
  await expect(prepared.prove()).rejects.toThrow(FaultUnproved);
  await prepared.inject();
  await prepared.prove();
  const [script = ''] = prepared.undoScripts.values();
  for (let twice = 0; twice < 2; twice += 1) await m1.disk!.session.must(script);
  await expect(prepared.stillBites()).rejects.toThrow(FaultUnproved);
  await prepared.proveHealed();
  expect(await outside()).toBe(before);
}

const bare = {
  name: 'm7',
  address: '10.0.0.7',
  state: 'running',
  etcdContainer: 'm7',
  process: async () => ({ containerId: '7' }),
  stop: async () => undefined,
  start: async () => undefined,
};

test.each([
  ['disk-full', () => diskFull(bare)],
  ['disk-read-only', () => diskReadOnly(bare)],
  ['disk-throttle', () => diskThrottle(bare, { iops: 5 })],
  ['disk-latency', () => diskLatency(bare)],
  ['disk-errors', () => diskErrors(bare)],
  ['disk-noisy', () => diskNoisy(bare)],
])('%s is refused at a member without a disk of its own', (name, make) => {
  expect(make).toThrow(
    `m7 has no data disk of its own for ${name}: give the cluster some, \`disks: { data: 400 * 1024 * 1024 }\`.`,
  );
});

describe('disk-full', () => {
  test('a log disk is full to the bytes asked for, which etcd does not notice, and then is not', async () => {
    const { proof, gone } = await live(
      diskFull(m1, { disk: 'wal', freeBytes: 5_000_000 }),
      async () => expect(await put()).toBe('ok'),
    );
    const [, free] = /^(\d+) bytes are free on the wal disk of m1$/.exec(proof.join()) ?? [];
    expect(Number(free)).toBeGreaterThan(4_900_000);
    expect(Number(free)).toBeLessThan(5_100_000);
    expect(gone.join()).toMatch(/^\d{8,} bytes are free on the wal disk of m1 again$/);
  }, 30_000);

  test(
    'one whose space was freed behind its back is not proved',
    () => undoneBehindItsBack(diskFull(m1)),
    30_000,
  );

  test('what is left free stays free while it is looked at', async () => {
    const prepared = await diskFull(m1, { disk: 'wal', freeBytes: 30_000_000 }).prepare(`t${++id}`);
    await prepared.inject();
    try {
      const least = m1.session.must(
        `least=30000000; for look in $(seq 200); do free=$(($(stat -f -c '%a * %S' /proc/$(pgrep -x etcd)/root/wal))); [ $free -ge $least ] || least=$free; done; echo $least`,
      );
      for (let look = 0; look < 5; look += 1) await prepared.stillBites();
      expect(Number(await least)).toBeGreaterThan(29_000_000);
    } finally {
      await prepared.heal();
    }
  }, 30_000);

  test('one that is still on is not called healed', async () => {
    const prepared = await diskFull(m1, { disk: 'wal' }).prepare(`t${++id}`);
    await prepared.inject();
    await expect(prepared.proveHealed()).rejects.toThrow(
      'the wal disk of m1 is still full: its ballast is there',
    );
    await prepared.heal();
  }, 30_000);
});

describe('disk-throttle', () => {
  test('etcd writes as slowly as asked, and as before afterwards', async () => {
    const { proof, gone } = await live(diskThrottle(m1, { disk: 'wal', iops: 5 }), async () => {
      const startedMs = performance.now();
      for (let n = 0; n < 5; n += 1) expect(await put()).toBe('ok');
      // A lower bound: the limit itself, whatever else the machine does.
      expect(performance.now() - startedMs).toBeGreaterThan(600);
    });
    expect(proof.join()).toMatch(
      /^3 writes of 4 kB to the wal disk of m1 from the cgroup of etcd took \d+ ms, and \d+ ms before$/,
    );
    expect(gone).toEqual(['the wal disk of m1 has no limits in the cgroup of etcd']);
  }, 30_000);

  test('bytes are limited as well', async () => {
    await live(diskThrottle(m1, { bytesPerSecond: 40_000 }), async () => undefined);
  }, 30_000);

  test(
    'one whose limits were removed behind its back is not proved',
    () => undoneBehindItsBack(diskThrottle(m1, { iops: 5 })),
    30_000,
  );

  /** As `m1`, but its helper reads `told` as `done`. */
  const misreading = (told: string, done: string): ThrottledMember => {
    const { session } = m1.disk!;
    const must: Session['must'] = (script, deadlineMs) => {
      return session.must(script.replace(told, done), deadlineMs);
    };
    const disk = { ...m1.disk!, session: { ...session, must } };
    return { name: 'm1', address: m1.address, disk, process: () => m1.process() };
  };

  test('limits that are set, but hold nobody back, are no proof', async () => {
    const outsider = misreading('echo 0 >"$0/cgroup.procs" && ', ''); // writes from its own cgroup
    const prepared = await diskThrottle(outsider, { iops: 5 }).prepare(`t${++id}`);
    await prepared.inject();
    try {
      await expect(prepared.prove()).rejects.toThrow(
        /^3 writes to the data disk of m1 from the cgroup of etcd took \d+ ms, less than 5 requests\/s allow$/,
      );
    } finally {
      await prepared.heal();
    }
    await prepared.proveHealed();
  }, 30_000);

  test('writes that were not timed are no proof', async () => {
    const silent = misreading('conv=notrunc 2>&1', 'conv=notrunc 2>/dev/null');
    await expect(diskThrottle(silent, { iops: 5 }).prepare(`t${++id}`)).rejects.toThrow(
      'dd did not say how long its trial writes took: ""',
    );
  }, 30_000);

  test('a disk that is no faster by itself is refused', async () => {
    const fault = diskThrottle(m1, { bytesPerSecond: 1e9 }); // by writes of 4 kB: 4 µs each
    await expect(fault.prepare(`t${++id}`)).rejects.toThrow(
      /^The data disk of m1 is by itself not twice as fast as 1000000000 bytes\/s: 2000 writes took \d+ ms\. Throttle it to less\.$/,
    );
  }, 30_000);

  test('limits of somebody else, or none at all, are refused', async () => {
    expect(() => diskThrottle(m1, {})).toThrow(
      'disk-throttle limits nothing: give `bytesPerSecond`, `iops`, or both, as numbers over 0.',
    );
    const first = await diskThrottle(m1, { iops: 500 }).prepare(`t${++id}`);
    await first.inject();
    await expect(diskThrottle(m1, { iops: 5 }).prepare(`t${++id}`)).rejects.toThrow(
      /^The data disk of m1 is throttled already: `/,
    );
    await first.heal();
  }, 30_000);
});

describe('disk-noisy', () => {
  test('the neighbours sync on the disk, and are gone afterwards', async () => {
    const { proof, gone } = await live(diskNoisy(m1, { disk: 'wal' }), async () => {
      expect(await outside()).toMatch(/ \/tmp\/t\d+[.]noisy ext4 [^]*^[1-9]/m);
      expect(await put()).toBe('ok');
    });
    expect(proof.join()).toMatch(
      /^2 writers at the wal disk of m1 made [1-9]\d* syncs of 256 kB so far$/,
    );
    expect(gone).toEqual(['no writer is at the wal disk of m1 any more, and its mount is gone']);
  }, 30_000);

  test('neighbours that share the limits of etcd are in its cgroup', async () => {
    const { containerId } = await m1.process();
    const inCgroup = async (): Promise<number> =>
      lines(await m1.disk!.session.must(`cat $(find /cg -path '*${containerId}*' -name cgroup.procs | grep -E 'blkio|/cg/[^/]*[.]slice')`)).length; // prettier-ignore
    const alone = await inCgroup();
    await live(diskNoisy(m1, { writers: 3, sharingLimits: true }), async () =>
      expect(await inCgroup()).toBe(alone + 3),
    );
    expect(await inCgroup()).toBe(alone);
  }, 30_000);

  test(
    'one whose writers were killed behind its back is not proved',
    () => undoneBehindItsBack(diskNoisy(m1)),
    30_000,
  );
});

test('faults on one disk stack, and come off in any order', async () => {
  const before = await outside();
  const slow = await diskThrottle(m1, { disk: 'wal', iops: 50 }).prepare(`t${++id}`);
  const full = await diskFull(m1, { disk: 'wal' }).prepare(`t${++id}`);
  await slow.inject();
  await full.inject();
  await slow.heal();
  await slow.proveHealed();
  await full.stillBites();
  await full.heal();
  await full.proveHealed();
  expect(await outside()).toBe(before);
}, 30_000);

test('what stops writes, and what must write to come off, are refused on one disk', async () => {
  const beside = async (fault: HealableFault): Promise<string> =>
    fault.prepare(`t${++id}`).then(() => 'prepared', messageOf);
  {
    await using _ = await pods.cluster.inject(diskFull(m1, { disk: 'wal', freeBytes: 5_000_000 }));
    const refused = (fault: string) =>
      `"fill the wal disk of m1 to 5000000 bytes free" is on already, and ${fault} could not come off the wal disk of m1 in any order with it: heal that one first.`;
    expect(await beside(diskStall(m1, { disk: 'wal' }))).toBe(refused('disk-stall'));
    expect(await beside(diskReadOnly(m1, { disk: 'wal' }))).toBe(refused('disk-read-only'));
    expect(await beside(diskNoisy(m1, { disk: 'wal' }))).toBe('prepared');
    expect(await beside(diskStall(m1))).toBe('prepared');
  }
  {
    await using _ = await pods.cluster.inject(diskStall(m1, { disk: 'wal' }));
    for (const fault of [diskFull, diskNoisy, diskStall, diskReadOnly])
      expect(await beside(fault(m1, { disk: 'wal' }))).toMatch(/^"stall the wal disk of m1" is on already, /); // prettier-ignore
  }
  expect(await beside(diskStall(m1, { disk: 'wal' }))).toBe('prepared');
}, 60_000);

test('without a device-mapper layer, what needs one is refused before anything is touched', async () => {
  await expect(diskLatency(m1).prepare('t0')).rejects.toThrow(
    "The data disk of m1 has no device-mapper layer for disk-latency: give the cluster's disks one, `disks: { …, mapper: true }`, on an engine whose kernel has device-mapper (`drill doctor` tells).",
  );
  await expect(diskErrors(m1).prepare('t0')).rejects.toThrow(
    'The data disk of m1 has no device-mapper layer for disk-errors',
  );
});

// Last, because etcd does not survive it.
test('disk-read-only ends etcd, lasts while it is down, and is repaired', async () => {
  const { proof, gone } = await live(diskReadOnly(m1), async () => {
    await put();
    await until('the end of etcd', 15_000, () => m1.state === 'exited' || undefined);
  });
  expect(proof).toEqual(['a trial write to the data disk of m1 is refused: Read-only file system']);
  expect(gone).toEqual([
    'a trial write to the data disk of m1 passes, and its file system is checked',
  ]);
  await until('an acknowledged write', 15_000, async () => (await put()) === 'ok' || undefined);
}, 60_000);

test.each([
  ['disk-full', () => diskFull(m1, { freeBytes: 30_000_000 })],
  ['disk-noisy', () => diskNoisy(m1)],
])(
  'what %s took away stays away after a crash that follows at once',
  async (_, fault) => {
    const files = (): Promise<string> => m1.session.must('ls -A /proc/$(pgrep -ox etcd)/root/data');
    const before = await files();
    const first = await fault().prepare(`t${++id}`);
    await first.inject();
    await first.heal();
    const crash = await diskReadOnly(m1).prepare(`t${++id}`);
    await crash.inject();
    await crash.heal();
    expect(await files()).toBe(before);
  },
  60_000,
);
