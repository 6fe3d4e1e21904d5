import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import {
  FaultUnproved,
  type HealableFault,
  type PreparedFault,
} from '../../../src/faults/fault.ts';
import { bandwidth } from '../../../src/faults/network/bandwidth.ts';
import { corrupt } from '../../../src/faults/network/corrupt.ts';
import { delay } from '../../../src/faults/network/delay.ts';
import { duplicate } from '../../../src/faults/network/duplicate.ts';
import { echo } from '../../../src/faults/network/echo.ts';
import { loss } from '../../../src/faults/network/loss.ts';
import { partition } from '../../../src/faults/network/partition.ts';
import { reorder } from '../../../src/faults/network/reorder.ts';
import { zones } from '../../../src/faults/network/zones.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member, m2: Member, m3: Member;
/** Whether the engine's kernel has netem: what a packet queue cannot do is refused where it has not. */
let netem: boolean;
beforeAll(async () => {
  // Timeouts that every fault of these tests leaves alone.
  const spec = { zones: ['a', 'a', 'b'], heartbeatMs: 500, electionMs: 5000 };
  pods = await startPods(spec, { name: 'shaping' });
  [m1, m2, m3] = ['m1', 'm2', 'm3'].map((name) => pods.cluster.member(name)) as [
    Member,
    Member,
    Member,
  ];
  const tried = 'tc qdisc add dev lo root netem delay 1us && tc qdisc del dev lo root';
  netem = (await m1.session.run(tried)).code === 0;
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

/** What these faults make in a member's namespaces, without counters: the same before and after. */
const traces = async ({ session }: Member): Promise<string> => {
  const printed = await session.must(
    'exec 2>&1; tc qdisc show; tc class show dev eth0; iptables-save -t raw; iptables-save -t filter; ls /run/drill/*.pl; pgrep perl; true',
  );
  return printed.replaceAll(/ \[\d+:\d+\]|^#.*\n/gm, '');
};
const tracesEverywhere = () => Promise.all([m1, m2, m3].map(traces));

let id = 0;
/** Takes a fault through its phases up to the injection, hands it over, and always heals it. */
async function whileInjected(
  fault: HealableFault,
  body: (prepared: PreparedFault, id: string) => Promise<void>,
): Promise<void> {
  const own = `t${++id}`;
  const prepared = await fault.prepare(own);
  try {
    await prepared.inject();
    await body(prepared, own);
  } finally {
    await prepared.heal();
  }
}

/** The shortest of a few round trips: of all figures the one that a busy machine spoils least. */
async function shortestRttMs(from: Member, to: Member): Promise<number> {
  const plan = { count: 10, spacingMs: 5, payloadBytes: 56, waitMs: 1000 };
  return (await echo(from, [to.address], plan)).get(to.address)?.rttsMs[0] ?? Infinity;
}

const needsNetem = {
  duplicate: () => duplicate([m1], [m2], { percent: 30 }),
  reorder: () => reorder([m1], [m2], { percent: 30 }),
  corrupt: () => corrupt([m1], [m2], { percent: 30 }),
  'a pareto delay': () =>
    delay([m1], [m2], { delayMs: 50, jitterMs: 10, distribution: 'paretonormal' }),
};

const seen = {
  rtt: /^m\d → m\d: round trip \d+\.\d ms \(\d+\.\d ms before\) \([1-9]\d* packets met by /,
  lost: /^m1 → m2: [1-9]\d* of \d+ echoes lost \(\d+ before\) \([1-9]\d* packets met by /,
  rate: /^m1 → m2: \d+ kbit\/s \(\d+ before\) \([1-9]\d* packets met by tbf\)$/,
};

describe('shaping', { timeout: 30_000 }, () => {
  test.each([
    [
      'a delay',
      () => delay([m1], [m2], { delayMs: 60, jitterMs: 5, distribution: 'normal' }),
      [seen.rtt],
    ],
    ['loss in bursts', () => loss([m1], [m2], { percent: 30, burst: 3 }), [seen.lost]],
    ['a bandwidth', () => bandwidth([m1], [m2], { kbit: 2000 }), [seen.rate]],
    ['zones', () => zones([m1, m2, m3], { 'b-a': 80 }), [seen.rtt, seen.rtt, seen.rtt, seen.rtt]],
  ])('by %s is proven, lasts, and leaves no trace', async (_, build, expected) => {
    const before = await tracesEverywhere();
    await whileInjected(build(), async (prepared) => {
      const evidence = await prepared.prove();
      expect(evidence).toEqual(expected.map((line) => expect.stringMatching(line)));
      await prepared.stillBites('cheap');
      await prepared.stillBites('last');
      await prepared.heal();
      await prepared.proveHealed();
    });
    expect(await tracesEverywhere()).toEqual(before);
  });

  test.each(Object.entries(needsNetem))(
    'by %s needs netem, and bites where there is one',
    async (_, build) => {
      const before = await tracesEverywhere();
      if (netem) {
        await whileInjected(build(), async (prepared) => {
          expect(await prepared.prove()).toHaveLength(1);
          await prepared.stillBites('last');
          await prepared.heal();
          await prepared.proveHealed();
        });
      } else {
        const fault = build();
        await expect(fault.prepare('t0')).rejects.toThrow(
          `${fault.name} needs netem in the kernel under m1, which has none (tc: Error: Specified qdisc kind is unknown.), ` +
            "and a packet queue cannot do it. Load it on the engine's host with `modprobe sch_netem`, or use an engine whose kernel has it.",
        );
      }
      expect(await tracesEverywhere()).toEqual(before);
    },
  );

  test('reaches the chosen peers and nobody else', async () => {
    await whileInjected(delay([m1], [m2], { delayMs: 200 }), async () => {
      expect(await shortestRttMs(m1, m2)).toBeGreaterThanOrEqual(199);
      expect(await shortestRttMs(m1, m3)).toBeLessThan(100);
      expect(await shortestRttMs(m3, m1)).toBeLessThan(100);
    });
  });

  test.each([
    ['first', (all: PreparedFault[]) => all],
    ['last', (all: PreparedFault[]) => all.toReversed()],
  ])('stacks, on itself and with a partition, and heals the %s first', async (_, order) => {
    const before = await tracesEverywhere();
    const prepared: PreparedFault[] = [];
    try {
      for (const fault of [
        delay([m1], [m2], { delayMs: 80 }),
        bandwidth([m1], [m2], { kbit: 1000 }),
        partition([m1], [m2], { heal: 'natural' }),
        loss([m1], [m3], { percent: 50 }),
        delay([m2], [m1], { delayMs: 80 }),
      ]) {
        const next = await fault.prepare(`s${++id}`);
        prepared.push(next);
        await next.inject();
        await next.prove();
      }
      const ordered = order(prepared);
      for (const [index, one] of ordered.entries()) {
        await one.stillBites('last');
        await one.heal();
        await one.proveHealed();
        for (const other of ordered.slice(index + 1)) await other.stillBites();
      }
    } finally {
      for (const one of prepared) await one.heal();
    }
    expect(await tracesEverywhere()).toEqual(before);
  });

  test('is healed by the command for people, and twice', async () => {
    const before = await tracesEverywhere();
    for (const fault of [delay([m1], [m2], { delayMs: 50 }), bandwidth([m1], [m3], { kbit: 1000 })])
      await whileInjected(fault, async (prepared) => {
        for (const command of prepared.commands.heal) execFileSync('sh', ['-c', command]);
        expect(await tracesEverywhere()).toEqual(before);
        await prepared.heal();
        await prepared.proveHealed();
      });
  });
});

describe('foreign rules and qdiscs', { timeout: 30_000 }, () => {
  test('stand before and after, in the same table', async () => {
    const rule = 'OUTPUT -d 192.0.2.1/32 -j DROP';
    await m1.session.must(`iptables -t raw -A ${rule}`);
    try {
      await whileInjected(delay([m1], [m2], { delayMs: 50 }), async (prepared) => {
        await prepared.prove();
        await prepared.heal();
        await prepared.proveHealed();
        await m1.session.must(`iptables -t raw -C ${rule}`);
      });
    } finally {
      await m1.session.must(`iptables -t raw -D ${rule}`);
    }
  });

  test('at the root of the device are refused, and stay', async () => {
    await m1.session.must(
      'tc qdisc add dev eth0 root handle 7: tbf rate 1gbit burst 1m latency 1s',
    );
    try {
      await expect(bandwidth([m1], [m2], { kbit: 1000 }).prepare('t0')).rejects.toThrow(
        /^eth0 of m1 has a queueing discipline that is not drill's, and drill does not replace it: `qdisc tbf 7: root .*`\. Take it off with `docker exec .*-m1-net tc qdisc del dev eth0 root`, or leave m1 out\.$/,
      );
      expect(await m1.session.must('tc qdisc show dev eth0')).toMatch(/^qdisc tbf 7: root/);
    } finally {
      await m1.session.must('tc qdisc del dev eth0 root');
    }
  });
});

describe('what cannot be is refused', () => {
  test('a second fault of a kind on one link, before anything is touched', async () => {
    await whileInjected(delay([m1], [m2], { delayMs: 50 }), async () => {
      const before = await tracesEverywhere();
      await expect(loss([m1], [m2, m3], { percent: 10 }).prepare('t0')).rejects.toThrow(
        'What m1 sends to m2 is shaped by another fault already, and each link has one at a time: heal that one first, or choose another link.',
      );
      expect(await tracesEverywhere()).toEqual(before);
    });
  });

  test('figures out of range, links to nobody, zones without a name or a round trip', () => {
    const refused: [() => HealableFault, string][] = [
      [() => delay([m1], [m2], { delayMs: 0 }), 'A delay of 0 ms: it can be from 1 ms to 2000 ms.'],
      [
        () => delay([m1], [m2], { delayMs: 5, jitterMs: 6 }),
        'A jitter of 6 ms: it can be from 0 ms to the delay, 5 ms.',
      ],
      [
        () => loss([m1], [m2], { percent: 0 }),
        'loss of 0%: it can be from 1% to 100% of the packets.',
      ],
      [
        () => bandwidth([m1], [m2], { kbit: 1 }),
        'A bandwidth of 1 kbit/s: it can be from 64 to 50000 kbit/s.',
      ],
      [
        () => delay([m1], [m1], { delayMs: 5 }),
        'delay shapes what targets send to other members, but got no link between two of them: name targets and peers that differ.',
      ],
      [
        () => zones([m1, m3], { 'a-c': 40 }),
        'There is no round trip for the zones a-b: it has a-c.',
      ],
      [
        () => zones([m1, m3], { 'a-b': 0 }),
        'The round trip a-b is 0 ms: it can be from 1 ms to 4000 ms.',
      ],
    ];
    for (const [build, message] of refused) expect(build).toThrow(message);
  });
});

describe('shaping that stops biting is unproved', { timeout: 30_000 }, () => {
  test('its packet queue without a reader', async () => {
    if (netem) return;
    await whileInjected(delay([m1], [m2], { delayMs: 50 }), async (prepared, own) => {
      await prepared.prove();
      await m1.session.must(`pkill -KILL -f '^perl /run/drill/queue-${own}'`);
      await expect(prepared.stillBites()).rejects.toThrow(
        new FaultUnproved(`the reader of ${own} is gone from m1`),
      );
    });
  });

  test('its rules or filters removed', async () => {
    const flush = 'tc filter del dev eth0 parent d411: 2>/dev/null; iptables -t raw -F OUTPUT';
    await whileInjected(delay([m1], [m2], { delayMs: 50 }), async (prepared, own) => {
      await m1.session.must(flush);
      await expect(prepared.stillBites()).rejects.toThrow(
        new RegExp(`^the (rules|qdisc or filter) of ${own} .*(is|are) gone from m1$`),
      );
      await expect(prepared.prove()).rejects.toThrow(
        new FaultUnproved('echoes from m1 to m2 fare as before (10 of 10 answered)'),
      );
    });
  });

  test('a link that was down before', async () => {
    const foreign = `INPUT -s ${m1.address}/32 -p icmp -j DROP`;
    await m2.session.must(`iptables -A ${foreign}`);
    try {
      await whileInjected(loss([m1], [m2], { percent: 50 }), async (prepared) => {
        await expect(prepared.prove()).rejects.toThrow(
          new FaultUnproved(
            'm2 answered no echo of m1 before, so nothing shows what the fault does',
          ),
        );
      });
    } finally {
      await m2.session.must(`iptables -D ${foreign}`);
    }
  });
});

test('a lease that ran out takes shaping off, its reader too', { timeout: 40_000 }, async () => {
  const before = await tracesEverywhere();
  const since = pods.events.length;
  const fault = await pods.cluster.inject(zones([m1, m2, m3], { 'a-b': 60 }));
  // As if the runner had stopped: what it renews is undone at once, until the fault is off.
  await Promise.all(
    [m1, m2, m3].map(({ session }) =>
      session.must(
        `for i in $(seq 180); do echo 0.0 >/run/drill/runner/lease; [ -e /run/drill/runner/expired/${fault.id} ] && exit; sleep 0.05; done; exit 1`,
        20_000,
      ),
    ),
  );
  expect(await shortestRttMs(m1, m3)).toBeLessThan(30);
  await fault.heal();
  const types = pods.events.slice(since).map(({ type }) => type);
  expect(types).toContain('fault.unproved');
  expect(types.filter((type) => type.startsWith('fault.')).slice(-3)).toEqual([
    'fault.healing',
    'fault.lease-expired',
    'fault.healed',
  ]);
  expect(await tracesEverywhere()).toEqual(before);
});
