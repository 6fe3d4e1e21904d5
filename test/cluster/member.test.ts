import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { healRun } from '../../src/cluster/heal-run.ts';
import type { Member } from '../../src/cluster/member.ts';
import { replaceContainer } from '../../src/cluster/replace-container.ts';
import { sameOptions } from '../../src/cluster/usual-options.ts';
import { labels } from '../../src/engine/labels.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { type Pods, etcdOf, startPods } from '../fixtures/pods.ts';

const oldVersion = 'deb:bookworm';
const newVersion = 'deb:trixie';

let pods: Pods;
beforeAll(async () => {
  pods = await startPods({}, { etcd: oldVersion, name: 'member' });
  const put = await pods.cluster
    .member('m1')
    .client.perform(
      { kind: 'put', key: 'kept', value: 'through everything' },
      { deadlineMs: 5000 },
    );
  expect(put.status).toBe('ok');
}, 120_000);
afterAll(() => pods?.[Symbol.asyncDispose](), 60_000);

const member = (name: string): Member => pods.cluster.member(name);
const healthy = (one: Member) =>
  expect.poll(async () => (await one.health()).healthy, { timeout: 15_000 }).toBe(true);

/** What a member answers by itself, its own data at hand. */
const localValue = async (one: Member): Promise<unknown> => {
  const request = { kind: 'range', key: 'kept', serializable: true } as const;
  const outcome = await one.client.perform(request, { deadlineMs: 5000 });
  return outcome.status === 'ok' ? JSON.stringify(outcome.result) : outcome;
};

const statesOf = (name: string, since: number): string[] =>
  pods.events
    .slice(since)
    .flatMap((event) =>
      event.type === 'member.state' && event.member === name ? [event.state] : [],
    );

/** Runs `act` on m1, which must keep its place and its data. */
async function keepsItsPlace(act: (m1: Member) => Promise<void>): Promise<string[]> {
  const m1 = member('m1');
  const place = { address: m1.address, port: m1.clientAddress };
  const since = pods.events.length;
  await act(m1);
  await healthy(m1);
  expect({ address: m1.address, port: m1.clientAddress }).toEqual(place);
  expect(await localValue(m1)).toContain('through everything');
  return statesOf('m1', since);
}

describe('a member', { timeout: 40_000 }, () => {
  test('started, tells its version, its peers and its leader', async () => {
    const started = pods.events.find(({ type }) => type === 'cluster.started');
    expect(started).toMatchObject({
      members: ['m1', 'm2', 'm3'].map((name) => ({
        name,
        id: expect.stringMatching(/^[0-9a-f]+$/) as string,
        version: '3.4.23',
        clientAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
        peerAddress: expect.stringMatching(/^[\d.]+:2380$/) as string,
      })),
    });
    const leader = await pods.cluster.leader();
    expect(pods.cluster.view()).toMatchObject({ leader: leader.name });
    expect(pods.cluster.except(leader)).toHaveLength(2);
    expect(pods.events).toContainEqual(
      expect.objectContaining({ type: 'elected', member: leader.name }),
    );
  });

  test('that is not there is an error with the names that are', () => {
    expect(() => member('m9')).toThrow('There is no member `m9`: the cluster has m1, m2, m3.');
  });

  test('is killed and starts again in its place, with its data', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await m1.kill();
      expect(await m1.health()).toMatchObject({ healthy: false });
      await m1.kill(); // what is dead already is as it was asked
      await m1.start();
    });
    expect(states).toEqual(['killed', 'killed', 'starting', 'running']);
  });

  test('is stopped, which etcd notices, and starts again', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await m1.stop();
      await m1.stop();
      expect(m1.logExcerpt().join('\n')).toContain('closed etcd server');
      await m1.start();
    });
    expect(states).toEqual(['stopped', 'stopped', 'starting', 'running']);
  });

  test('is frozen and thawed', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await m1.pause();
      expect(await m1.health()).toMatchObject({ healthy: false });
      await m1.resume();
    });
    expect(states).toEqual(['paused', 'running']);
  });

  test('that is frozen can be killed, and restarted', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await m1.pause();
      await m1.restart();
    });
    expect(states).toEqual(['paused', 'starting', 'running']);
  });

  test('restarts with other flags, and with the old ones afterwards', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await m1.restart({ flags: ['--metrics=extensive', '--initial-corrupt-check'] });
      expect(await commandOf('m1')).toEqual(
        expect.arrayContaining([
          '--metrics=extensive',
          '--experimental-initial-corrupt-check',
          '--name=m1',
        ]),
      );
      await m1.restart();
      expect((await commandOf('m1')).join(' ')).not.toContain('--metrics');
    });
    expect(states).toEqual(['stopped', 'starting', 'running', 'stopped', 'starting', 'running']);
  });

  test('with a flag that drill sets itself is refused, and stays as it was', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await expect(m1.restart({ flags: ['--data-dir=/elsewhere'] })).rejects.toThrow(
        "restart has `--data-dir=/elsewhere`, which drill sets itself: use the spec's own field, or leave it out.",
      );
    });
    expect(states).toEqual([]);
  });

  test('with a flag that its version does not know is refused, and stays as it was', async () => {
    const states = await keepsItsPlace(async (m1) => {
      await expect(m1.restart({ flags: ['--no-such-flag'] })).rejects.toThrow(
        'etcd 3.4.23 does not know the flag `--no-such-flag`, and it has no other name there: ' +
          'leave it out, or choose another version with `--etcd`.',
      );
    });
    expect(states).toEqual([]);
  });

  test('that ends by itself is journaled with its code and its last words', async () => {
    const m1 = member('m1');
    const since = pods.events.length;
    const container = pods.engine.docker.getContainer(`drill-${pods.run}-m1`);
    await container.kill({ signal: 'SIGABRT' }); // from outside: drill did not ask for it
    await expect.poll(() => m1.state, { timeout: 10_000 }).toBe('exited');
    expect(pods.events.slice(since)).toContainEqual(
      expect.objectContaining({
        type: 'member.state',
        member: 'm1',
        state: 'exited',
        detail: expect.stringMatching(/^exit code (2|134): \S/) as string,
      }),
    );
    await m1.start();
    await healthy(m1);
    expect(readFileSync(join(pods.logFolder, 'm1.log'), 'utf8')).toContain('SIGABRT: abort');
  });

  test.each([
    ['before its new container was made', async (name: string) => rename(name)],
    [
      'before its old container was removed',
      async (name: string) => {
        const container = pods.engine.docker.getContainer(name);
        const same = sameOptions(await container.inspect());
        await rename(name);
        await pods.engine.docker.createContainer(same);
      },
    ],
  ])('whose restart was killed %s is brought back by a heal from outside', async (_, die) => {
    const name = `drill-${pods.run}-m1`;
    const states = await keepsItsPlace(async (m1) => {
      await m1.stop();
      await die(name);
      const { members } = await healRun(pods.engine, pods.run);
      expect(members).toEqual([{ member: 'm1', done: 'started' }]);
      expect(await containersOf('m1')).toEqual([`/${name}`]);
      await m1.stop();
      await m1.start();
    });
    expect(states).toEqual(['stopped', 'stopped', 'starting', 'running']);
  });

  test('that could not be made anew keeps the container it had', async () => {
    const name = `drill-${pods.run}-m1`;
    const container = pods.engine.docker.getContainer(name);
    const before = (await container.inspect()).Id;
    const create = (): Promise<never> => Promise.reject(new Error('no space left on device'));
    await expect(replaceContainer(pods.engine, container, create)).rejects.toThrow('no space left');
    expect(await container.inspect()).toMatchObject({ Id: before, State: { Running: true } });
  });

  test('moves to another version in its place, with its data', async () => {
    const image = await etcdOf(pods.engine, newVersion);
    const states = await keepsItsPlace(async (m1) => {
      await m1.restart({ image });
      await healthy(m1);
      expect(m1.image.version).toBe('3.5.16');
      expect((await m1.admin.status()).version).toBe('3.5.16');
      // The cluster is still at 3.4, so the way back is open.
      await m1.restart({ image: await etcdOf(pods.engine, oldVersion) });
    });
    expect(states).toEqual(['stopped', 'starting', 'running', 'stopped', 'starting', 'running']);
  });
});

describe('the membership', { timeout: 60_000 }, () => {
  test('takes in a learner and lets it go, and nothing of it is left', async () => {
    const learner = await pods.cluster.add({ learner: true });
    expect(learner.name).toBe('m4');
    await expect
      .poll(() => localValue(learner), { timeout: 10_000 })
      .toContain('through everything');
    const listed = await member('m1').admin.memberList();
    expect(listed.filter((each) => each.isLearner)).toHaveLength(1);
    expect(pods.cluster.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3', 'm4']);

    const since = pods.events.length;
    await expect.poll(async () => removal(learner), { timeout: 10_000 }).toBe('removed');
    expect(statesOf('m4', since)).toEqual(['removed']);
    expect(pods.cluster.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3']);
    expect(await member('m1').admin.memberList()).toHaveLength(3);
    const left = await pods.engine.docker.listContainers({
      all: true,
      filters: { label: [`${labels.run}=${pods.run}`, `${labels.member}=m4`] },
    });
    expect(left).toEqual([]);
  });

  test('takes in a voter, under a name that was never used', async () => {
    const voter = await pods.cluster.add();
    expect(voter.name).toBe('m5');
    await healthy(voter);
    await pods.cluster.converges({ within: '10s' });
    await pods.cluster.remove(voter);
    await expect(pods.cluster.remove(voter)).rejects.toThrow(
      'm5 is no member of this cluster any more.',
    );
    await pods.cluster.converges({ within: '10s' });
    expect(pods.cluster.members.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3']);
  });
});

describe('a leader that does not come is a violation', { timeout: 30_000 }, () => {
  test('a majority killed elects nobody; started again it converges', async () => {
    const [m2, m3] = [member('m2'), member('m3')];
    await Promise.all([m2.kill(), m3.kill()]);
    await expect(pods.cluster.elects({ within: '2s', other: member('m2') })).rejects.toMatchObject({
      code: 1,
    });
    await expect(pods.cluster.converges({ within: '1s' })).rejects.toMatchObject({ code: 1 });
    await Promise.all([m2.start(), m3.start()]);
    await pods.cluster.converges({ within: '15s' });
    const changes = pods.events.filter((event: JournalEvent) => event.type === 'leader');
    expect(changes.some((event) => event.type === 'leader' && event.leader === null)).toBe(true);
  });
});

test('a heal from outside brings back what it can, and names a member that nobody can', async () => {
  await member('m2').kill();
  await pods.engine.docker.getContainer(`drill-${pods.run}-m3`).remove({ force: true });
  await expect(healRun(pods.engine, pods.run)).rejects.toThrow(
    `m3 of ${pods.run} has no etcd container: it was being added or removed when its runner was killed`,
  );
  const { State } = await pods.engine.docker.getContainer(`drill-${pods.run}-m2`).inspect();
  expect(State.Running).toBe(true);
}, 40_000);

async function removal(one: Member): Promise<string> {
  await pods.cluster.remove(one);
  return 'removed';
}

/** As `replaceContainer` begins. */
const rename = (name: string): Promise<unknown> =>
  pods.engine.docker.getContainer(name).rename({ name: `${name}-replaced` });

/** Names of the member's containers beside its sidecar. */
async function containersOf(name: string): Promise<string[]> {
  const filters = { label: [`${labels.run}=${pods.run}`, `${labels.member}=${name}`] };
  const listed = await pods.engine.docker.listContainers({ all: true, filters });
  return listed.flatMap(({ Names }) => Names).filter((each) => !each.endsWith('-net'));
}

async function commandOf(name: string): Promise<string[]> {
  const { Config } = await pods.engine.docker.getContainer(`drill-${pods.run}-${name}`).inspect();
  return [Config.Entrypoint ?? []].flat();
}
