import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { createMember, type Member } from '../../src/cluster/member.ts';
import type { MemberLog } from '../../src/cluster/logs.ts';
import type { Pod } from '../../src/cluster/pod.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { JournalEvent } from '../../src/journal/events.ts';

/** A running member whose etcd ends, and whose log is whole, when told to; the clock stands at 5. */
async function running() {
  const events: JournalEvent[] = [];
  let exit = Promise.withResolvers<{ StatusCode: number }>();
  const log = Promise.withResolvers<string>();
  const container = {
    start: () => {
      exit = Promise.withResolvers();
      return Promise.resolve();
    },
    kill: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    wait: () => exit.promise,
  } as unknown as Docker.Container;
  let clock = 5;
  const member = await createMember(
    { name: 'm1', clientAddress: '127.0.0.1:1' } as Pod,
    { reference: 'etcd', version: '3.7.3', source: 'go:3.7.3' },
    {
      engine: {} as Engine,
      nowMs: () => clock,
      write: (event) => events.push(event),
      log: {
        follow: () => Promise.resolve(),
        lastWords: () => log.promise,
      } as unknown as MemberLog,
      plan: () => Promise.resolve(() => Promise.resolve(container)),
    },
  );
  await member.start();
  return {
    member,
    /** Etcd ends now; its last words come a second later. */
    async panics() {
      exit.resolve({ StatusCode: 2 });
      await new Promise(setImmediate);
      clock += 1000;
    },
    say: (words: string) => log.resolve(words),
    states: () =>
      events.map((event) => (event.type === 'member.state' ? [event.t, event.state] : [])),
    details: () => events.flatMap((event) => ('detail' in event ? [event.detail] : [])),
  };
}

test.each<[string, (member: Member) => Promise<void>, [number, string][]]>([
  ['killed', (member) => member.kill(), [[1005, 'killed']]],
  ['stopped', (member) => member.stop(), [[1005, 'stopped']]],
  [
    'started',
    (member) => member.start(),
    [
      [1005, 'starting'],
      [1005, 'running'],
    ],
  ],
  ['let go of', async (member) => member[Symbol.asyncDispose](), []],
])('a panic is journaled though the member is %s while its log is read', async (_, act, after) => {
  const { member, panics, say, states, details } = await running();
  await panics();
  const acting = act(member);
  await new Promise(setImmediate);
  say('panic: unmarshal should never fail');
  await acting;
  expect(states()).toEqual([[5, 'starting'], [5, 'running'], [5, 'exited'], ...after]);
  expect(details()).toEqual(['exit code 2: panic: unmarshal should never fail']);
});

test('an end that was asked for is none of its own', async () => {
  const { member, panics, say, states } = await running();
  const killing = member.kill();
  await panics();
  say('');
  await killing;
  expect(states()).toEqual([
    [5, 'starting'],
    [5, 'running'],
    [5, 'killed'],
  ]);
});
