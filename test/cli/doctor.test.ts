import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { labels } from '../../src/engine/labels.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { resolveEtcdImage } from '../../src/images/resolve-etcd-image.ts';
import { createAnnounce } from '../../src/setup/announce.ts';
import { capabilities } from '../../src/setup/doctor/capabilities.ts';
import { freeDisk } from '../../src/setup/doctor/free-disk.ts';
import { iptables } from '../../src/setup/doctor/iptables.ts';
import { connectionReset } from '../../src/setup/doctor/connection-reset.ts';
import { leftovers } from '../../src/setup/doctor/leftovers.ts';

const engine = await connectEngine({ env: process.env });
const announce = createAnnounce(process.stderr);
const root = new URL('../..', import.meta.url).pathname;
const doctor = (words: string[], env = {}) =>
  execa('./drill', ['doctor', ...words], { cwd: root, env, reject: false });

describe('drill doctor', () => {
  test('names every subject once, on a line of its own or with a remedy below', async () => {
    await ensureToolbox({ engine, announce });
    const { exitCode, stdout } = await doctor([]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^ok {9}Docker Engine {5}\d+\.\d+.* \(.*\), linux\/(amd64|arm64), kernel /,
    );
    const heads = stdout.split('\n').filter((line) => !line.startsWith(' '));
    expect(heads.map((line) => line.slice(11, 27).trim())).toEqual([
      'Docker Engine',
      'cgroups',
      'iptables',
      'connection reset',
      'netem',
      'loop devices',
      'device-mapper',
      'capabilities',
      'free disk',
      'images',
      'leftovers',
    ]);
    const troubles = heads.filter((line) => !line.startsWith('ok'));
    expect(stdout.match(/^ {29}remedy: /gm) ?? []).toHaveLength(troubles.length);
  }, 30_000);

  test('says the same as JSON', async () => {
    const { stdout } = await doctor(['--json']);
    const { partitionCanRun, findings } = JSON.parse(stdout);
    expect(partitionCanRun).toBe(true);
    expect(findings[1]).toEqual({
      state: 'ok',
      subject: 'cgroups',
      detail: `version ${engine.cgroupVersion}`,
    });
  }, 30_000);

  test('ends 3 where the engine that was named does not answer', async () => {
    const { exitCode, stdout } = await doctor([], { DOCKER_HOST: 'unix:///nowhere.sock' });
    expect(exitCode).toBe(3);
    expect(stdout.split('\n')).toEqual([
      'missing    Docker Engine     DOCKER_HOST=unix:///nowhere.sock does not answer: connect ENOENT ' +
        '/nowhere.sock; start that engine, or choose another with DOCKER_HOST or DOCKER_CONTEXT',
      `${' '.repeat(29)}affects: every drill`,
      `${' '.repeat(29)}remedy: start the engine that is named, or name another`,
    ]);
  });

  test('refuses flags that it does not know', async () => {
    expect((await doctor(['--jsn'])).exitCode).toBe(3);
  });
});

describe('probes', () => {
  test('that cannot run count as missing, and block where a partition needs them', async () => {
    const { reference } = await resolveEtcdImage({ engine, announce });
    // An image without a shell in the toolbox's place.
    const context = { engine, toolbox: reference };
    const [rules, disk, granted, reset] = await Promise.all([
      iptables(context),
      freeDisk(context),
      capabilities(context),
      connectionReset(context),
    ]);
    expect(rules).toMatchObject({ state: 'missing', affects: 'partition', blocks: true });
    expect(disk).toMatchObject({ state: 'missing', affects: 'every drill', blocks: true });
    expect(reset).toMatchObject({
      state: 'missing',
      affects: '`partition` with heal=fast',
      remedy: '`--set heal=natural`',
      blocks: false,
    });
    expect(granted).toMatchObject({
      state: 'missing',
      detail: 'containers are refused NET_ADMIN, NET_RAW, SYS_ADMIN, SYS_PTRACE, KILL',
      blocks: true,
    });
  });

  test('a run is left over when nobody looks after it, not while it has just begun', async () => {
    const run = `doctor-${crypto.randomUUID()}`;
    await engine.docker.createVolume({ Name: run, Labels: { [labels.run]: run } });
    const info = async () => ({ SystemTime: new Date(Date.now() + 3_600_000).toISOString() });
    const docker: typeof engine.docker = Object.assign(Object.create(engine.docker), { info });
    try {
      expect((await leftovers(engine)).detail).toMatch(new RegExp(`alive: .*${run}`));
      const finding = await leftovers({ ...engine, docker });
      expect(finding).toMatchObject({ state: 'attention', subject: 'leftovers' });
      expect(finding.detail).toMatch(new RegExp(`dead: [^;]*${run}`));
    } finally {
      await engine.docker.getVolume(run).remove();
    }
  });
});
