import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import {
  type HealableFault,
  type FaultTarget,
  FaultUnproved,
  type PreparedFault,
} from '../../../src/faults/fault.ts';
import { unhookScript } from '../../../src/faults/network/packet-rules.ts';
import { partition } from '../../../src/faults/network/partition.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member, m2: Member, m3: Member;
beforeAll(async () => {
  pods = await startPods({}, { name: 'partition' });
  [m1, m2, m3] = ['m1', 'm2', 'm3'].map((name) => pods.cluster.member(name)) as [
    Member,
    Member,
    Member,
  ];
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

/** Filter and NAT rules without counters; what must be the same before and after. */
const allRules = async (member: Member): Promise<string> => {
  const saved = await member.session.must('iptables-save -t filter; iptables-save -t nat');
  return saved.replaceAll(/ \[\d+:\d+\]|^#.*\n/gm, '');
};
const rulesEverywhere = () => Promise.all([m1, m2, m3].map(allRules));

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

describe('a partition', { timeout: 30_000 }, () => {
  test('is proven per direction, and leaves no trace', async () => {
    const before = await rulesEverywhere();
    await whileInjected(partition([m1], [m2, m3]), async (prepared) => {
      const evidence = await prepared.prove();
      expect(evidence).toEqual([
        expect.stringMatching(seen('m1', 'm2')),
        expect.stringMatching(seen('m1', 'm3')),
        expect.stringMatching(seen('m2', 'm1')),
        expect.stringMatching(seen('m3', 'm1')),
      ]);
      await prepared.stillBites();
      await prepared.heal();
      expect(await prepared.proveHealed()).toEqual([
        'm2: no rule of the cut is left, every rule from before it stands',
        'm3: no rule of the cut is left, every rule from before it stands',
        'm1: no rule of the cut is left, every rule from before it stands',
        expect.stringMatching(/^m1: \d+ of \d+ stale peer connections reset$/),
        expect.stringMatching(/^m2: \d+ of \d+ stale peer connections reset$/),
        expect.stringMatching(/^m3: \d+ of \d+ stale peer connections reset$/),
        'every member reaches the others on port 2380 again',
      ]);
    });
    expect(await rulesEverywhere()).toEqual(before);
  });

  test('of every packet is proven and healed', async () => {
    const before = await rulesEverywhere();
    await whileInjected(partition([m1], [m2], { scope: 'all' }), async (prepared) => {
      const evidence = await prepared.prove();
      expect(evidence).toHaveLength(2);
      for (const line of evidence) expect(line).toMatch(/connection to m.:2380 failed/);
      await prepared.stillBites('last');
      await prepared.heal();
      expect((await prepared.proveHealed()).at(-1)).toBe(
        'every member reaches the others on port 2380 again',
      );
    });
    expect(await rulesEverywhere()).toEqual(before);
  });

  test("leaves foreign rules alone, older and younger ones, and Docker's name service", async () => {
    const older = 'INPUT -s 192.0.2.1/32 -j DROP';
    const younger = 'INPUT -s 192.0.2.2/32 -j DROP';
    const nameOfPeer = `getent hosts ${m2.container} | cut -d' ' -f1`;
    await m1.session.must(
      `iptables -N FOREIGN; iptables -A FOREIGN -j RETURN; iptables -A ${older}`,
    );
    try {
      await whileInjected(partition([m1], [m2, m3]), async (prepared) => {
        await m1.session.must(`iptables -I ${younger}`);
        await prepared.prove();
        expect((await m1.session.must(nameOfPeer)).trim()).toBe(m2.address);
        await prepared.heal();
        await prepared.proveHealed();
      });
      for (const rule of [older, younger, 'FOREIGN -j RETURN'])
        await m1.session.must(`iptables -C ${rule}`);
      expect((await m1.session.must(nameOfPeer)).trim()).toBe(m2.address);
    } finally {
      await m1.session.run(
        `iptables -D ${older}; iptables -D ${younger}; iptables -F FOREIGN; iptables -X FOREIGN`,
      );
    }
  });

  test('is not healed where a foreign rule was lost', async () => {
    await m1.session.must('iptables -A INPUT -s 192.0.2.1/32 -j DROP');
    await whileInjected(partition([m1], [m2]), async (prepared) => {
      await prepared.heal();
      await m1.session.must('iptables -D INPUT -s 192.0.2.1/32 -j DROP');
      await expect(prepared.proveHealed()).rejects.toThrow(
        'm1 lost the rule `-A INPUT -s 192.0.2.1/32 -j DROP` meanwhile',
      );
    });
  });

  test('is not healed while its rules are there', async () => {
    await whileInjected(partition([m1], [m2]), async (prepared) => {
      await expect(prepared.proveHealed()).rejects.toThrow(/^m[12] still has rules of the cut$/);
    });
  });

  test('is healed also where an etcd crashed under it: its port refuses, so packets pass', async () => {
    await whileInjected(partition([m1], [m2, m3]), async (prepared) => {
      await prepared.prove();
      await m3.kill();
      try {
        await prepared.heal();
        expect((await prepared.proveHealed()).at(-1)).toBe(
          'packets pass to and from m3, but nothing listens on m3:2380',
        );
      } finally {
        await m3.start();
        await pods.cluster.converges({ within: '15s' });
      }
    });
  });

  test('with a fast heal is refused where the kernel resets no connection, before anything is touched', async () => {
    const before = await rulesEverywhere();
    await expect(partition([m1], [without('ss -KHtn', m2)]).prepare('t0')).rejects.toThrow(
      'A fast heal resets connections, and the kernel under m2 resets none (`ss -K`): it lacks CONFIG_INET_DIAG_DESTROY. Leave them to TCP with `--set heal=natural`.',
    );
    await partition([m1], [without('ss -KHtn', m2)], { heal: 'natural' }).prepare('t0');
    expect(await rulesEverywhere()).toEqual(before);
  });

  test('without anybody on one side is refused', () => {
    expect(() => partition([m1, m2], [])).toThrow(
      'A partition needs members on both sides, but the first has 2 (m1, m2) and the second 0 members. Leave at least one member on each, or start a larger cluster with `--members`.',
    );
    expect(() => partition([], [m1])).toThrow('the first has 0 members and the second 1 (m1)');
  });

  test.each([
    ['first', 0],
    ['last', 1],
  ])('stacked on another heals %s', async (_, first) => {
    const before = await rulesEverywhere();
    const stacked = [partition([m1], [m2]), partition([m2], [m3])];
    const prepared: PreparedFault[] = [];
    try {
      for (const fault of stacked) {
        const next = await fault.prepare(`s${++id}`);
        prepared.push(next);
        await next.inject();
        await next.prove();
      }
      const order = first === 0 ? prepared : prepared.toReversed();
      for (const [index, one] of order.entries()) {
        await one.heal();
        await one.proveHealed();
        await order[index + 1]?.stillBites();
      }
    } finally {
      for (const one of prepared) await one.heal();
    }
    expect(await rulesEverywhere()).toEqual(before);
  });

  test('is healed also where somebody took its rules off already, and by the command for people', async () => {
    const before = await rulesEverywhere();
    await whileInjected(partition([m1], [m2, m3]), async (prepared) => {
      for (const command of prepared.commands.heal) execFileSync('sh', ['-c', command]);
      expect(await rulesEverywhere()).toEqual(before);
      await prepared.heal();
      await prepared.proveHealed();
    });
  });
});

describe('a partition that does not bite is unproved', { timeout: 30_000 }, () => {
  test('all its rules removed', async () => {
    await whileInjected(partition([m1], [m2]), async (prepared, own) => {
      for (const member of [m1, m2]) await member.session.must(unhookScript(own));
      await expect(prepared.prove()).rejects.toThrow(FaultUnproved);
      await expect(prepared.prove()).rejects.toThrow(/^m[12] still reaches m[12]:2380$/);
      await expect(prepared.stillBites()).rejects.toThrow(FaultUnproved);
    });
  });

  test('only a jump removed', async () => {
    await whileInjected(partition([m1], [m2]), async (prepared, own) => {
      await m2.session.must(`iptables -D ${jump(own)}`);
      const reason = `the rules of ${own} are not in m2's namespace`;
      await expect(prepared.stillBites()).rejects.toThrow(new FaultUnproved(reason));
      await expect(prepared.prove()).rejects.toThrow(new FaultUnproved(reason));
    });
  });

  test('one rule of two removed', async () => {
    await whileInjected(partition([m1], [m2, m3]), async (prepared, own) => {
      await m1.session.must(
        `iptables -D DRILL_${own}_IN -s ${m3.address}/32 -p tcp --dport 2380 -j DROP`,
      );
      const reason = 'a rule against m3 is gone from m1';
      await expect(prepared.stillBites()).rejects.toThrow(new FaultUnproved(reason));
      await expect(prepared.prove()).rejects.toThrow(new FaultUnproved(reason));
    });
  });

  test.each([
    ['every packet', () => 'INPUT -j ACCEPT', () => '-A INPUT -j ACCEPT'],
    [
      'attempts to connect',
      () => `INPUT -s ${m1.address}/32 -p tcp --dport 2380 -j ACCEPT`,
      () => `-A INPUT -s ${m1.address}/32 -p tcp -m tcp --dport 2380 -j ACCEPT`,
    ],
    [
      'answers on connections that stood before',
      () => `INPUT -s ${m1.address}/32 -p tcp --sport 2380 -j ACCEPT`,
      () => `-A INPUT -s ${m1.address}/32 -p tcp -m tcp --sport 2380 -j ACCEPT`,
    ],
    [
      'a network that holds the member',
      () => `INPUT -s ${m1.address}/16 -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
      () => expect.stringContaining('/16 -m conntrack --ctstate ESTABLISHED -j ACCEPT'),
    ],
  ])('overruled at one end: a rule above its own accepts %s', async (_, rule, saved) => {
    await whileInjected(partition([m1], [m2]), async (prepared) => {
      await prepared.prove();
      await m2.session.must(`iptables -I ${rule()}`);
      try {
        const over = /^m2 has a rule above those of t\d+ that lets their packets pass: `(.*)`$/;
        for (const look of [() => prepared.stillBites(), () => prepared.prove()]) {
          const error = await look().catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(FaultUnproved);
          expect(over.exec((error as Error).message)?.[1]).toEqual(saved());
        }
      } finally {
        await m2.session.must(`iptables -D ${rule()}`);
      }
      await prepared.stillBites('last');
    });
  });

  test('its rules are met by nothing any more, which only the last look sees', async () => {
    await whileInjected(partition([m1], [m2]), async (prepared) => {
      await prepared.stillBites('last');
      const rule = `PREROUTING -s ${m1.address}/32 -p tcp --dport 2380 -j DROP`;
      await m2.session.must(`iptables -t mangle -I ${rule}`);
      try {
        await prepared.stillBites('cheap');
        await expect(prepared.stillBites('last')).rejects.toThrow(
          new FaultUnproved('the rules at m2 met no attempt of m1 to connect'),
        );
      } finally {
        await m2.session.must(`iptables -t mangle -D ${rule}`);
      }
    });
  });

  test('a rule above its own that drops, or accepts other packets, overrules nothing', async () => {
    const harmless = [
      'INPUT -s 192.0.2.0/24 -j ACCEPT',
      'INPUT -p udp -j ACCEPT',
      `INPUT -s ${m1.address}/32 -j DROP`,
      'INPUT -j HARMLESS',
    ];
    await m2.session.must('iptables -N HARMLESS; iptables -A HARMLESS -j RETURN');
    try {
      await whileInjected(partition([m1], [m2]), async (prepared) => {
        for (const rule of harmless) await m2.session.must(`iptables -I ${rule}`);
        await prepared.stillBites();
        await m2.session.must('iptables -A HARMLESS -j ACCEPT');
        await expect(prepared.stillBites()).rejects.toThrow(/`-A INPUT -j HARMLESS`$/);
      });
    } finally {
      for (const rule of harmless) await m2.session.run(`iptables -D ${rule}`);
      await m2.session.run('iptables -F HARMLESS; iptables -X HARMLESS');
    }
  });

  test('a link that was down before', async () => {
    const foreign = `INPUT -s ${m1.address}/32 -p tcp --dport 2380 -j DROP`;
    await m2.session.must(`iptables -A ${foreign}`);
    try {
      await whileInjected(partition([m1], [m2]), async (prepared) => {
        await expect(prepared.prove()).rejects.toThrow(
          new FaultUnproved(
            'm1 could not reach m2:2380 before the cut, so nothing shows that the cut did it',
          ),
        );
        await prepared.heal();
        // What was down before is still down, and that is as it was.
        await prepared.proveHealed();
      });
    } finally {
      await m2.session.must(`iptables -D ${foreign}`);
    }
  });
});

describe('in its life', { timeout: 40_000 }, () => {
  test('every phase is journaled, and disposing heals once', async () => {
    const since = pods.events.length;
    {
      await using fault = await pods.cluster.inject(partition([m1], [m2, m3]));
      expect(await undosOf(m1)).toEqual([fault.id]);
      await fault.heal();
    }
    expect(typesOf(since)).toEqual([
      'fault.injecting',
      'fault.injected',
      'fault.proved',
      'fault.healing',
      'fault.healed',
    ]);
    expect(pods.events.slice(since).find(({ type }) => type === 'fault.injecting')).toMatchObject({
      name: 'partition',
      title: 'cut m1 off from m2, m3 (peer traffic)',
      targets: ['m1', 'm2', 'm3'],
      undo: 'leased',
      parameters: { scope: 'peer', direction: 'both', heal: 'fast' },
      cut: {
        links: [
          ['m1', 'm2'],
          ['m1', 'm3'],
          ['m2', 'm1'],
          ['m3', 'm1'],
        ],
        scope: 'peer',
      },
    });
    expect(await undosOf(m1)).toEqual([]);
  });

  test('rules that vanish while it is held are told of once, and it still heals', async () => {
    const since = pods.events.length;
    const fault = await pods.cluster.inject(partition([m1], [m2]));
    await m2.session.must(unhookScript(fault.id));
    await fault.heal();
    expect(typesOf(since)).toEqual([
      'fault.injecting',
      'fault.injected',
      'fault.proved',
      'fault.unproved',
      'fault.healing',
      'fault.healed',
    ]);
    const reason = `the rules of ${fault.id} are not in m2's namespace`;
    expect(pods.events.slice(since)).toContainEqual(
      expect.objectContaining({ type: 'fault.unproved', fault: fault.id, reason }),
    );
  });

  test('rules overruled while it is held are found by the last look', async () => {
    const since = pods.events.length;
    const fault = await pods.cluster.inject(partition([m1], [m2]));
    for (const member of [m1, m2]) await member.session.must('iptables -I INPUT -j ACCEPT');
    await fault.heal();
    for (const member of [m1, m2]) await member.session.must('iptables -D INPUT -j ACCEPT');
    expect(typesOf(since)).toEqual([
      'fault.injecting',
      'fault.injected',
      'fault.proved',
      'fault.unproved',
      'fault.healing',
      'fault.healed',
    ]);
  });

  test('evidence of nothing proves nothing', async () => {
    const since = pods.events.length;
    const fault = partition([m1], [m2]);
    const mute: HealableFault = {
      ...fault,
      prepare: async (own) => ({ ...(await fault.prepare(own)), prove: async () => [] }),
    };
    await expect(pods.cluster.inject(mute)).rejects.toThrow(
      new FaultUnproved('nothing was seen of its bite'),
    );
    expect(typesOf(since)).not.toContain('fault.proved');
  });

  test('off, but with a foreign rule lost meanwhile: healed, and the journal warns', async () => {
    const since = pods.events.length;
    await m1.session.must('iptables -A INPUT -s 192.0.2.1/32 -j DROP');
    const fault = await pods.cluster.inject(partition([m1], [m2]));
    await m1.session.must('iptables -D INPUT -s 192.0.2.1/32 -j DROP');
    await fault.heal();
    const message =
      '"cut m1 off from m2 (peer traffic)" is off, but not everything is as before: m1 lost the rule `-A INPUT -s 192.0.2.1/32 -j DROP` meanwhile';
    expect(pods.events.slice(since)).toContainEqual(
      expect.objectContaining({ type: 'warning', message }),
    );
    expect(typesOf(since).at(-1)).toBe('fault.healed');
  });

  test('one that cannot be proven is healed before it is thrown', async () => {
    const before = await rulesEverywhere();
    const since = pods.events.length;
    const foreign = `INPUT -s ${m1.address}/32 -p tcp --dport 2380 -j DROP`;
    await m2.session.must(`iptables -A ${foreign}`);
    try {
      await expect(pods.cluster.inject(partition([m1], [m2]))).rejects.toThrow(FaultUnproved);
    } finally {
      await m2.session.must(`iptables -D ${foreign}`);
    }
    expect(typesOf(since)).toEqual([
      'fault.injecting',
      'fault.injected',
      'fault.unproved',
      'fault.healing',
      'fault.healed',
    ]);
    expect(await rulesEverywhere()).toEqual(before);
  });

  test('an undo that could not ask for the rules is not done', async () => {
    const fault = await pods.cluster.inject(partition([m1], [m2]));
    const failing = `iptables() { return 4; }\n${unhookScript(fault.id)}`;
    expect((await m2.session.run(failing)).code).not.toBe(0);
    await fault.heal();
  });

  test('a lease that ran out takes it off by itself, and the journal says so', async () => {
    const before = await rulesEverywhere();
    const since = pods.events.length;
    const fault = await pods.cluster.inject(partition([m1], [m2]));
    // As if the runner had stopped: what it renews is undone at once, until the fault is off.
    await m2.session.must(
      `for i in $(seq 180); do echo 0.0 >/run/drill/runner/lease; [ -e /run/drill/runner/expired/${fault.id} ] && exit; sleep 0.05; done; exit 1`,
      20_000,
    );
    expect(await m2.session.run(`iptables -nL DRILL_${fault.id}_IN`)).toMatchObject({ code: 1 });
    await fault.heal();
    const types = typesOf(since);
    expect(types).toContain('fault.unproved');
    expect(types.slice(-3)).toEqual(['fault.healing', 'fault.lease-expired', 'fault.healed']);
    expect(await rulesEverywhere()).toEqual(before);
  });
});

async function undosOf(member: Member): Promise<string[]> {
  const listed = await member.session.must('ls /run/drill/runner/undo');
  return listed.split('\n').filter((name) => name !== '');
}

/** A member whose kernel does not do what `command` asks. */
const without = (command: string, { name, address, container, session }: Member): FaultTarget => ({
  name,
  address,
  container,
  session: {
    ...session,
    must: (script, deadlineMs) => session.must(script.replaceAll(command, 'true'), deadlineMs),
  },
});

const jump = (fault: string): string =>
  `INPUT -m comment --comment drill:${fault} -j DRILL_${fault}_IN`;

const typesOf = (since: number): string[] =>
  pods.events
    .slice(since)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('fault.'));

const seen = (from: string, to: string): RegExp =>
  new RegExp(
    `^${from} → ${to}: [1-9]\\d* packets dropped at ${to}, connection to ${to}:2380 failed \\(it succeeded before the cut\\)$`,
  );
