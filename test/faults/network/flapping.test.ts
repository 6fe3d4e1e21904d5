import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerUndo } from '../../../src/cluster/lease.ts';
import type { Member } from '../../../src/cluster/member.ts';
import { healNow } from '../../../src/cluster/undo-shell.ts';
import {
  FaultUnproved,
  type HealableFault,
  type PreparedFault,
} from '../../../src/faults/fault.ts';
import { flapping } from '../../../src/faults/network/flapping.ts';
import { partition } from '../../../src/faults/network/partition.ts';
import { reset } from '../../../src/faults/network/reset.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';
import { until } from '../../fixtures/until.ts';

let pods: Pods;
let m1: Member, m2: Member, m3: Member;
beforeAll(async () => {
  pods = await startPods({}, { name: 'flapping' });
  [m1, m2, m3] = pods.cluster.members as [Member, Member, Member];
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

const rulesEverywhere = (): Promise<string[]> =>
  Promise.all([m1, m2, m3].map(({ session }) => session.must('iptables-save -t filter | grep DRILL; true'))); // prettier-ignore
const nothing = ['', '', ''];

describe('a flapping fault', { timeout: 40_000 }, () => {
  test('is proven by a whole cycle, on and off, and ends after as many as asked for', async () => {
    const cut = partition([m1], [m2, m3]);
    const fault = flapping(cut, { on: '1s', off: '1s', cycles: 2 });
    expect(fault).toMatchObject({
      name: 'flapping',
      title: 'flap, 1 s on and 1 s off, 2 times: cut m1 off from m2, m3 (peer traffic)',
      undo: 'leased',
      parameters: { fault: 'partition', on: 1000, off: 1000, cycles: 2, scope: 'peer' },
    });
    expect(fault.links).toBeUndefined();
    const prepared = await preparedAndRegistered(fault, 'flap1');
    try {
      await prepared.inject();
      const on = async (): Promise<boolean> => (await rulesEverywhere()).join('') !== '';
      expect(await on()).toBe(true);
      const evidence = await prepared.prove();
      expect(evidence[0]).toMatch(/^m1 → m2: [1-9]\d* packets dropped at m2/);
      expect(evidence.at(-1)).toBe('every member reaches the others on port 2380 again');
      await until('the second cycle', 10_000, async () => (await on()) || undefined);
      await prepared.stillBites();
      await until('its end', 10_000, async () => !(await on()) || undefined);
    } finally {
      await prepared.heal();
    }
    expect((await prepared.proveHealed())[0]).toMatch(/^[12] whole cycles?, each phase proven$/);
    expect(await rulesEverywhere()).toEqual(nothing);
  });

  test('has the undo of its fault, and heals in the middle of a phase', async () => {
    const cut = partition([m1], [m2]);
    const prepared = await flapping(cut, { on: '30s', off: '30s' }).prepare('flap2');
    const alone = await cut.prepare('flap2');
    expect([...prepared.undoScripts]).toEqual([...alone.undoScripts]);
    await prepared.inject();
    expect(await rulesEverywhere()).not.toEqual(nothing);
    await prepared.heal();
    expect(await rulesEverywhere()).toEqual(nothing);
    expect((await prepared.proveHealed())[0]).toBe('0 whole cycles, each phase proven');
  });

  test('that stops biting in a later cycle is told of, and still comes off', async () => {
    const fault = flapping(partition([m1], [m2]), { on: '1s', off: '1s' });
    const prepared = await preparedAndRegistered(fault, 'flap3');
    // Raw, so that no rule of the filter table meets it: a link that is down by itself.
    const down = `PREROUTING -s ${m1.address}/32 -p tcp -j DROP`;
    try {
      await prepared.inject();
      await prepared.prove();
      await m2.session.must(`iptables -t mangle -I ${down}`);
      const error = await untilThrown(prepared);
      expect(error).toBeInstanceOf(FaultUnproved);
      expect((error as Error).message).toMatch(/^cycle \d was not seen through: /);
    } finally {
      await m2.session.must(`iptables -t mangle -D ${down}`);
      await prepared.heal();
    }
    await prepared.proveHealed();
    expect(await rulesEverywhere()).toEqual(nothing);
  });

  test('is not injected again once its undo was taken', async () => {
    const fault = flapping(partition([m1], [m2]), { on: '1s', off: '3s' });
    const prepared = await preparedAndRegistered(fault, 'flap4');
    try {
      await prepared.inject();
      await until('the first phase without it', 10_000, async () =>
        (await rulesEverywhere()).join('') === '' ? true : undefined,
      );
      for (const { session } of [m1, m2]) await session.must(healNow('flap4'));
      expect(((await untilThrown(prepared)) as Error).message).toMatch(
        /^cycle 2 was not seen through: the sidecar of m[12] took flap4 off while it was being injected$/,
      );
      expect(await rulesEverywhere()).toEqual(nothing);
    } finally {
      await prepared.heal();
    }
  });

  test('may be any fault that heals, such as connections reset', async () => {
    await using fault = await pods.cluster.inject(
      flapping(reset([m1], [m2, m3]), { on: '1s', off: '1s', cycles: 1 }),
    );
    await fault.heal();
    const proved = pods.events.findLast(({ type }) => type === 'fault.proved');
    expect(proved).toMatchObject({
      evidence: [
        expect.stringMatching(/^m1: [1-9]\d* connections reset, none of them stands any more/),
        expect.stringMatching(/^m1: [1-9]\d* connections stand again$/),
      ],
    });
  });

  test.each([
    [
      { on: '200ms', off: '2s' },
      'A flapping fault is `on` for 200 ms, but a phase shorter than 1 s ends before it is proven: take a longer one.',
    ],
    [{ on: '2s', off: 0 }, 'A flapping fault is `off` for 0 ms, but'],
    [
      { on: '2s', off: '2s', cycles: 1.5 },
      'A flapping fault needs a whole number of cycles, 1 or more, but got 1.5.',
    ],
  ])('with %j is refused', (options, message) => {
    expect(() => flapping(partition([m1], [m2]), options)).toThrow(message);
  });
});

/** As the life of a fault does it: an undo first. */
async function preparedAndRegistered(fault: HealableFault, id: string): Promise<PreparedFault> {
  const prepared = await fault.prepare(id);
  for (const [{ session }, script] of prepared.undoScripts)
    await registerUndo(session, { fault: id, title: fault.title, script });
  return prepared;
}

const untilThrown = (prepared: PreparedFault): Promise<unknown> =>
  until('a look that finds it', 15_000, () =>
    prepared.stillBites().then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
