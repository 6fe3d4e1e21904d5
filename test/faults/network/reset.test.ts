import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Member } from '../../../src/cluster/member.ts';
import { type FaultTarget, FaultUnproved } from '../../../src/faults/fault.ts';
import { reset } from '../../../src/faults/network/reset.ts';
import { type Pods, startPods } from '../../fixtures/pods.ts';

let pods: Pods;
let m1: Member, m2: Member, m3: Member;
beforeAll(async () => {
  pods = await startPods({}, { name: 'reset' });
  [m1, m2, m3] = pods.cluster.members as [Member, Member, Member];
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

describe('a reset', { timeout: 20_000 }, () => {
  test.each(['peer', 'client'] as const)(
    'of %s connections is proven by those that are gone, and over when others stand',
    async (scope) => {
      // A client whose connection is there to be reset, while a request waits for its answer.
      await m1.admin.status();
      const prepared = await reset([m1], [m2, m3], { scope }).prepare('reset1');
      await prepared.inject();
      const [evidence = ''] = await prepared.prove();
      const port = scope === 'peer' ? 2380 : 2379;
      expect(evidence).toMatch(
        new RegExp(`^m1: [1-9]\\d* connections reset, none of them stands any more: .*:${port}`),
      );
      await prepared.heal();
      expect(await prepared.proveHealed()).toEqual([
        expect.stringMatching(/^m1: [1-9]\d* connections stand again$/),
      ]);
      await pods.cluster.converges({ within: '10s' });
    },
  );

  test('that killed nothing is unproved, whatever the command said', async () => {
    const deaf = without('ss -KHtn', 'true', m1);
    // The kernel is asked with a connection of its own before; only the fault's command does nothing.
    const prepared = await reset([deaf], [m2, m3]).prepare('reset2');
    await prepared.inject();
    await expect(prepared.prove()).rejects.toThrow(
      new FaultUnproved('no connection of m1 was reset'),
    );
  });

  test('of a connection that still stands is unproved', async () => {
    const lying = without('ss -KHtn', 'ss -Htn', m1);
    const prepared = await reset([lying], [m2, m3]).prepare('reset3');
    await prepared.inject();
    await expect(prepared.prove()).rejects.toThrow(
      /^m1 still has the connection .* that was reset$/,
    );
  });

  test('is refused where the kernel resets none, before anything is touched', async () => {
    const before = await peersOf(m1);
    const deaf = without('; ss -KHtn', '; true', m1);
    await expect(reset([deaf], [m2]).prepare('reset4')).rejects.toThrow(
      'The kernel under m1 resets no connections (`ss -K`): it lacks CONFIG_INET_DIAG_DESTROY. Cut the link with `partition` instead.',
    );
    expect(await peersOf(m1)).toEqual(before);
  });

  test('of nobody is refused', () => {
    expect(() => reset([m1], [])).toThrow(
      'A reset needs members, and others whose connections to them are reset, but got 1 and 0.',
    );
  });
});

const peersOf = ({ session }: Member): Promise<string> =>
  session.must(`ss -Htn 'dst ${m2.address} and dport = 2380' | awk '{print $4, $5}' | sort`);

/** A member in whose shell `command` does something else; what tries the kernel out stays as it is. */
const without = (
  command: string,
  instead: string,
  { name, address, container, session }: Member,
): FaultTarget => ({
  name,
  address,
  container,
  session: {
    ...session,
    must: (script, deadlineMs) => {
      const trial = script.startsWith('bash -c') && !command.startsWith(';');
      return session.must(trial ? script : script.replaceAll(command, instead), deadlineMs);
    },
  },
});
