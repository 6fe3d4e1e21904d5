import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHelper } from '../../src/cluster/helper.ts';
import { type ResourceKind, labelsFor, nameOf } from '../../src/cluster/naming.ts';
import { removeRun } from '../../src/cluster/remove-run.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { leftOf, newRun, silently } from '../fixtures/pods.ts';

const engine = await connectEngine({ env: process.env });
const toolbox = await ensureToolbox({ engine, announce: silently });
const own = { run: newRun('own'), drill: 'remove' };
// Its name begins with the other's, so that a match by prefix would take both.
const foreign = { run: `${own.run}-2`, drill: 'remove' };

async function makeRun(identity: typeof own): Promise<void> {
  const network = nameOf(identity, 'net');
  await engine.docker.createNetwork({ Name: network, Labels: labelsFor(identity, 'network') });
  await engine.docker.createVolume({
    Name: nameOf(identity, 'm1-data'),
    Labels: labelsFor(identity, 'data'),
  });
  await startHelper(engine, identity, toolbox, 'lease');
  await box(identity, 'sidecar', 'm1-net', network);
  await (await box(identity, 'etcd', 'm1', network)).pause();
}

async function box(identity: typeof own, kind: ResourceKind, part: string, network: string) {
  const container = await engine.docker.createContainer({
    name: nameOf(identity, part),
    Image: toolbox,
    Entrypoint: ['sleep', '300'],
    Labels: labelsFor(identity, kind, 'm1'),
    HostConfig: { NetworkMode: network, Binds: [`${nameOf(identity, 'm1-data')}:/data`] },
  });
  await container.start();
  return container;
}

beforeAll(async () => void (await Promise.all([makeRun(own), makeRun(foreign)])), 60_000);
afterAll(async () => {
  for (const { run } of [own, foreign]) await removeRun(engine, run);
  expect(await leftOf(engine, own.run)).toEqual([]);
  expect(await leftOf(engine, foreign.run)).toEqual([]);
}, 60_000);

test('everything of a run goes, a paused container too, and is named; nothing else goes', async () => {
  const before = await leftOf(engine, foreign.run);
  const removed = await removeRun(engine, own.run);
  expect({ ...removed, containers: removed.containers.toSorted() }).toEqual({
    containers: ['helper', 'm1', 'm1-net'].map((part) => nameOf(own, part)),
    volumes: [nameOf(own, 'm1-data')],
    networks: [nameOf(own, 'net')],
    loopDevices: [],
  });
  expect(await leftOf(engine, own.run)).toEqual([]);
  expect(await leftOf(engine, foreign.run)).toEqual(before);
}, 30_000);

test('two networks of one name both go: an engine that is slow makes a second', async () => {
  const twice = { run: newRun('twice'), drill: 'remove' };
  const Name = nameOf(twice, 'net');
  for (let made = 0; made < 2; made += 1)
    await engine.docker.createNetwork({ Name, Labels: labelsFor(twice, 'network') });
  expect((await removeRun(engine, twice.run)).networks).toEqual([Name, Name]);
  expect(await leftOf(engine, twice.run)).toEqual([]);
}, 30_000);

test('removing it again removes nothing and is no error', async () => {
  expect(await removeRun(engine, own.run)).toEqual({
    containers: [],
    volumes: [],
    networks: [],
    loopDevices: [],
  });
});

test('what a request under way creates after the last thing went is removed, too', async () => {
  const late = nameOf(own, 'm9-data');
  let looks = 0;
  const lately: Engine['docker'] = Object.create(engine.docker, {
    listVolumes: {
      async value(options: object) {
        const found = await engine.docker.listVolumes(options);
        looks += 1;
        if (looks === 1)
          await engine.docker.createVolume({ Name: late, Labels: labelsFor(own, 'data') });
        return found;
      },
    },
  }) as Engine['docker'];
  expect((await removeRun({ ...engine, docker: lately }, own.run)).volumes).toEqual([late]);
  expect(await leftOf(engine, own.run)).toEqual([]);
}, 30_000);

test('two that remove the same run at once get it done together', async () => {
  const [one, other] = await Promise.all([
    removeRun(engine, foreign.run),
    removeRun(engine, foreign.run),
  ]);
  expect(new Set([...one.containers, ...other.containers]).size).toBe(3);
  expect(await leftOf(engine, foreign.run)).toEqual([]);
}, 30_000);
