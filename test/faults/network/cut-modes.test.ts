import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import {
  FaultUnproved,
  type HealableFault,
  type PreparedFault,
} from '../../../src/faults/fault.ts';
import { bridge, majoritiesRing } from '../../../src/faults/network/cut-shapes.ts';
import { partition, partitionAlong, partitionKind } from '../../../src/faults/network/partition.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let members: Member[];
let m1: Member, m2: Member, m3: Member, m4: Member;
beforeAll(async () => {
  pods = await startPods({ members: 4 }, { name: 'modes' });
  members = [...pods.cluster.members];
  [m1, m2, m3, m4] = members as [Member, Member, Member, Member];
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

/** Filter and NAT rules without counters; Docker's name service is in the latter. */
const rulesEverywhere = (): Promise<string[]> =>
  Promise.all(
    members.map(async ({ session }) => {
      const saved = await session.must('iptables-save -t filter; iptables-save -t nat');
      return saved.replaceAll(/ \[\d+:\d+\]|^#.*\n/gm, '');
    }),
  );

let id = 0;
async function whileInjected(
  fault: HealableFault,
  body: (prepared: PreparedFault, id: string) => Promise<void>,
): Promise<void> {
  const own = `m${++id}`;
  const prepared = await fault.prepare(own);
  try {
    await prepared.inject();
    await body(prepared, own);
  } finally {
    await prepared.heal();
  }
}

const dropped = (from: string, to: string): unknown =>
  expect.stringMatching(
    `^${from} → ${to}: [1-9]\\d* packets dropped at ${to}, connection to ${to}:2380 failed \\(it succeeded before the cut\\)$`,
  );
const arrived = (from: string, to: string): unknown =>
  expect.stringMatching(
    `^${from} → ${to}: [1-9]\\d* packets arrived at ${to}, as this direction is open; connection to ${to}:2380 failed \\(it succeeded before the cut\\)$`,
  );
const severed = (...links: (readonly [string, string])[]): unknown[] =>
  links.flatMap(([a, b]) => [dropped(a, b), dropped(b, a)]);

describe(
  'every mode is proven per direction, and leaves foreign rules and no trace',
  { timeout: 30_000 },
  () => {
    const older = '-s 192.0.2.1/32 -j DROP';
    const younger = '-s 192.0.2.2/32 -j ACCEPT';
    const everywhere = (command: string): Promise<unknown> =>
      Promise.all(members.map(({ session }) => session.must(command)));
    beforeAll(() => everywhere(`iptables -A INPUT ${older}`));
    afterAll(() => everywhere(`iptables -D INPUT ${older}`));

    test.each([
      [
        'inbound',
        () => partition([m1], [m2, m3], { direction: 'inbound' }),
        'cut m1 off from m2, m3 (inbound peer traffic)',
        () => [dropped('m2', 'm1'), dropped('m3', 'm1'), arrived('m1', 'm2'), arrived('m1', 'm3')],
      ],
      [
        'outbound',
        () => partition([m1], [m2, m3], { direction: 'outbound', scope: 'all' }),
        'cut m1 off from m2, m3 (outbound all traffic)',
        () => [dropped('m1', 'm2'), dropped('m1', 'm3'), arrived('m2', 'm1'), arrived('m3', 'm1')],
      ],
      [
        'a bridge',
        () => partitionAlong(bridge(m2, [m1], [m3, m4])),
        'cut m1 off from m3, m4, joined by m2 (peer traffic)',
        () => severed(['m1', 'm3'], ['m1', 'm4']),
      ],
      [
        'a ring of majorities',
        () => partitionAlong(majoritiesRing(members), { scope: 'all' }),
        'leave m1, m2, m3, m4 a majority each, and each another (all traffic)',
        () => severed(['m1', 'm3'], ['m2', 'm4']),
      ],
      [
        'client',
        () => partition([m1, m3], [m2, m4], { scope: 'client' }),
        'cut m1, m3 off from clients',
        () =>
          [m1, m3].map(({ name, clientAddress }) =>
            expect.stringMatching(
              `^clients → ${name}: [1-9]\\d* packets dropped at ${name}, no answer from ${clientAddress} \\(it answered before the cut\\)$`,
            ),
          ),
      ],
    ])('%s', async (_, make, title, evidence) => {
      const before = await rulesEverywhere();
      const fault = make();
      expect(fault.title).toBe(title);
      await whileInjected(fault, async (prepared) => {
        await everywhere(`iptables -I INPUT ${younger}`);
        try {
          // To a cut from clients a rule above that accepts any client is one that overrules it.
          if (fault.scope === 'client') await everywhere(`iptables -D INPUT ${younger}`);
          const proved = await prepared.prove();
          expect(proved.toSorted()).toEqual(expect.arrayContaining(evidence()));
          expect(proved).toHaveLength(evidence().length);
          await prepared.stillBites('last');
          await prepared.heal();
          await prepared.proveHealed();
        } finally {
          await everywhere(`iptables -D INPUT ${younger} 2>/dev/null; true`);
        }
      });
      expect(await rulesEverywhere()).toEqual(before);
    });
  },
);

describe('a one-way cut that is none is unproved', { timeout: 30_000 }, () => {
  test('the other direction is cut as well', async () => {
    await whileInjected(partition([m1], [m2], { direction: 'inbound' }), async (prepared) => {
      const foreign = `INPUT -s ${m1.address}/32 -p tcp --dport 2380 -j DROP`;
      await prepared.prove();
      await m2.session.must(`iptables -I ${foreign}`);
      try {
        await expect(prepared.stillBites('last')).rejects.toThrow(
          new FaultUnproved(
            'no attempt of m1 arrived at m2, although only the other direction is cut',
          ),
        );
      } finally {
        await m2.session.must(`iptables -D ${foreign}`);
      }
    });
  });

  test('the rule that meets the answers to its own attempts is gone', async () => {
    await whileInjected(partition([m1], [m2], { direction: 'inbound' }), async (prepared, own) => {
      await m1.session.must(
        `iptables -D DRILL_${own}_IN -s ${m2.address}/32 -p tcp --sport 2380 -j DROP`,
      );
      await expect(prepared.prove()).rejects.toThrow(new FaultUnproved('m1 still reaches m2:2380'));
      await expect(prepared.stillBites()).rejects.toThrow(
        new FaultUnproved('a rule against m2 is gone from m1'),
      );
    });
  });
});

describe('a cut from clients', { timeout: 30_000 }, () => {
  test('leaves peers and the member itself alone, and everybody else without an answer', async () => {
    await whileInjected(partition([m1], [m2, m3, m4], { scope: 'client' }), async (prepared) => {
      await prepared.prove();
      expect((await m1.health()).healthy).toBe(false);
      expect((await m2.health()).healthy).toBe(true);
      const reaches = (from: Member, port: number): Promise<string> =>
        from.session.must(`bash -c 'exec 3<>/dev/tcp/${m1.address}/${port}' && echo reached`);
      expect(await reaches(m2, 2380)).toBe('reached\n');
      expect(await reaches(m2, 2379)).toBe('reached\n');
      expect(await reaches(m1, 2379)).toBe('reached\n');
      await prepared.heal();
      expect((await prepared.proveHealed()).at(-1)).toBe('m1 answers clients again');
      expect((await m1.health()).healthy).toBe(true);
    });
  });

  test('that does not bite is unproved', async () => {
    await whileInjected(partition([m1], [m2], { scope: 'client' }), async (prepared, own) => {
      await m1.session.must(`iptables -F DRILL_${own}_IN`);
      await expect(prepared.stillBites()).rejects.toThrow(
        new FaultUnproved('the rule against clients is gone from m1'),
      );
      await expect(prepared.prove()).rejects.toThrow(new FaultUnproved('m1 still answers clients'));
    });
  });

  test('at a member that answered none before is unproved, and healed as it was', async () => {
    await m4.kill();
    try {
      await whileInjected(partition([m4], [m1], { scope: 'client' }), async (prepared) => {
        await expect(prepared.prove()).rejects.toThrow(
          new FaultUnproved(
            'm4 answered no client before the cut, so nothing shows that the cut did it',
          ),
        );
        await prepared.heal();
        await prepared.proveHealed();
      });
    } finally {
      await m4.start();
      await pods.cluster.converges({ within: '15s' });
    }
  });

  test('in one direction is refused', () => {
    expect(() => partition([m1], [m2], { scope: 'client', direction: 'inbound' })).toThrow(
      'A cut from clients has no direction, but got `inbound`: what they send is dropped at the member, and what would answer it is never sent.',
    );
  });
});

describe('by hand', () => {
  const parameters = { shape: 'sides', direction: 'both', scope: 'peer', heal: 'fast' };
  const build = async (targets: readonly Member[], set: Readonly<Record<string, string>>) =>
    partitionKind.build(
      { cluster: pods.cluster, targets, towards: members.filter((m) => !targets.includes(m)) },
      { ...parameters, ...set } as never,
    );

  test.each([
    [1, {}, 'cut m1 off from m2, m3, m4 (peer traffic)'],
    [1, { shape: 'bridge' }, 'cut m2 off from m3, m4, joined by m1 (peer traffic)'],
    [4, { shape: 'ring' }, 'leave m1, m2, m3, m4 a majority each, and each another (peer traffic)'],
    [2, { scope: 'client' }, 'cut m1, m2 off from clients'],
  ])('%d targets with %j', async (count, set, title) => {
    expect((await build(members.slice(0, count), set)).title).toBe(title);
  });

  test('a bridge that two members join is refused, as is a shape in one direction', async () => {
    await expect(build([m1, m2], { shape: 'bridge' })).rejects.toThrow(
      'a bridge is injected at one member at a time, but got m1, m2.',
    );
    await expect(build(members, { shape: 'ring', direction: 'inbound' })).rejects.toThrow(
      '`shape=ring` severs links between members in both directions, but got `scope=peer` and `direction=inbound`: take `shape=sides` for those.',
    );
  });
});
