import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { durable } from '../../src/assertions/durable.ts';
import type { Member } from '../../src/cluster/member.ts';
import { exitCode } from '../../src/errors.ts';
import { readHistory } from '../../src/history/read.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { eventsOf } from '../../src/journal/recorded-run.ts';
import { loadSpec } from '../../src/load/spec.ts';
import { startClients } from '../../src/runner/clients.ts';
import { judgeSaved } from '../../src/runner/judge-saved.ts';
import { openRecorder } from '../../src/runner/recorder.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';
import { eventually } from '../../src/wait.ts';
import { type Pods, silently, startPods } from '../fixtures/pods.ts';
import { runOf } from '../fixtures/run-builder.ts';

let pods: Pods;
let m1: Member;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drill-epochs-'));
  pods = await startPods({ members: 1 }, { name: 'epochs' });
  m1 = pods.cluster.member('m1');
}, 120_000);
afterAll(async () => {
  await pods?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}, 60_000);

/** Runs a program of the etcd image in the member's container, on its disk. */
async function inside(...command: string[]): Promise<string> {
  const container = pods.engine.docker.getContainer(m1.etcdContainer);
  const exec = await container.exec({
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const output = await text(await exec.start({ Tty: true }));
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`${command.join(' ')} ended with ${ExitCode}: ${output}`);
  return output;
}

/** Saves a snapshot and restores it to another folder; returns the snapshot's revision. */
async function saveAndRestore(name: string, ...flags: string[]): Promise<number> {
  await inside('etcdctl', '--endpoints=127.0.0.1:2379', 'snapshot', 'save', `/data/${name}.db`);
  const status = await inside('etcdutl', 'snapshot', 'status', `/data/${name}.db`, '-w', 'json');
  const url = `http://${m1.address}:2380`;
  const place = [
    '--name=m1',
    `--initial-cluster=m1=${url}`,
    `--initial-advertise-peer-urls=${url}`,
  ];
  const into = [`/data/${name}.db`, `--data-dir=/data/${name}`];
  await inside('etcdutl', 'snapshot', 'restore', ...into, ...place, ...flags);
  return (JSON.parse(status.slice(status.indexOf('{'))) as { revision: number }).revision;
}

/** Puts a restored folder in the place of the member's data; it must not run. */
async function putInPlace(name: string): Promise<void> {
  const { docker } = pods.engine;
  const { Mounts } = await docker.getContainer(m1.etcdContainer).inspect();
  const disk = Mounts.find(({ Destination }) => Destination === '/data')?.Name;
  const toolbox = await ensureToolbox({ engine: pods.engine, announce: silently });
  const container = await docker.createContainer({
    Image: toolbox,
    Entrypoint: ['sh', '-c', `rm -rf /data/etcd && mv /data/${name} /data/etcd`],
    HostConfig: { Binds: [`${disk}:/data`], NetworkMode: 'none' },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    expect(StatusCode).toBe(0);
  } finally {
    await container.remove({ force: true });
  }
}

test('a restore, a forced cluster and a bumped restore under load each begin an epoch', async () => {
  const recorder = openRecorder(
    folder,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  const [started] = eventsOf(runOf({}), 'run.started');
  if (started === undefined) throw new Error('no run.started');
  const asked = [{ name: 'durable', options: { allowedLoss: 'after-restore' } }];
  recorder.write({ ...started, assertions: asked });
  const undo = new UndoStack();
  const { signal } = new AbortController();
  const spec = loadSpec({ clients: 5, ratePerSecond: 200 });
  const clients = await startClients(pods.cluster, spec, 11, recorder, undo);
  const wrote = async (more: number): Promise<void> => {
    const enough = clients.progress().acknowledgedWrites + more;
    await eventually(
      { subject: `${more} more writes`, withinMs: 20_000, code: exitCode.inconclusive, signal },
      () => clients.progress().acknowledgedWrites >= enough || undefined,
    );
  };
  const startOn = (name: string) => async () => {
    await putInPlace(name);
    await m1.start();
  };
  const begin = clients.beginEpoch.bind(clients, pods.cluster);

  await wrote(50);
  const first = await saveAndRestore('first');
  await wrote(50);
  await m1.kill();
  const plain = { kind: 'restore', restoredRevision: first } as const;
  expect(await begin(plain, startOn('first'), signal)).toMatchObject(plain);

  await wrote(50);
  await m1.kill();
  const forced = { kind: 'force-new-cluster' } as const;
  await begin(forced, () => m1.restart({ flags: ['--force-new-cluster'] }), signal);

  await wrote(50);
  const bump = 1_000_000_000;
  await m1.restart(); // the flag is for one start only
  await wrote(20);
  const last = await saveAndRestore('last', `--bump-revision=${bump}`, '--mark-compacted');
  await wrote(20);
  await m1.kill();
  const bumpedTo = last + bump;
  const bumped = { kind: 'restore', restoredRevision: last, bumpedTo } as const;
  expect(await begin(bumped, startOn('last'), signal)).toMatchObject({
    ...bumped,
    compactRevision: bumpedTo,
  });
  await wrote(50);
  await clients.lookAtTheEnd(pods.cluster);
  expect(await undo.unwind(10_000)).toEqual([]);
  await recorder.history.close();
  recorder.close();

  // As `drill check` does, from the files alone.
  const { verdicts } = await judgeSaved(folder);
  const verdictOf = (name: string) => verdicts.find(({ assertion }) => assertion === name);
  expect(verdictOf('kv.linearizable')?.summary).toContain('no violation in the observed history');
  expect(verdictOf('kv.linearizable')).toMatchObject({ status: 'held', counts: { epochs: 4 } });
  expect(verdictOf('watch.reliable')).toMatchObject({ status: 'held' });

  const kept = verdictOf('durable');
  expect(kept?.summary).toContain(`epoch 2 (restored at revision ${first}) went on without`);
  expect(kept?.status).toBe('held');
  expect(kept?.counts['epoch 1: leftBehind']).toBeGreaterThanOrEqual(40);
  // etcd drops what its log had not noted as committed, though it had been acknowledged.
  expect(kept?.counts['epoch 2: leftBehind']).toBeLessThanOrEqual(5);
  expect(kept?.counts['epoch 3: leftBehind']).toBeGreaterThanOrEqual(15);

  const run = { events: recorder.events, history: readHistory(join(folder, 'history.bin')) };
  expect(durable().judge(run).status).toBe('violated');
}, 120_000);
