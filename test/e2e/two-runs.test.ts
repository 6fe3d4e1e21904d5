import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';

describe('several runs on one engine', () => {
  test('two at once are both held, and `drill clean` leaves them alone', async () => {
    await using one = await startRun(['partition', '--set', 'hold=7s']);
    await using other = await startRun(['partition', '--set', 'hold=7s']);
    await Promise.all([one, other].map((run) => run.event('fault.proved', 90_000)));
    const before = await Promise.all([one, other].map((run) => onEngine(run.name)));
    const { exitCode, stdout } = await drill(['clean']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`left ${one.name}: it is alive`);
    expect(stdout).toContain(`left ${other.name}: it is alive`);
    expect(await Promise.all([one, other].map((run) => onEngine(run.name)))).toEqual(before);
    for (const run of [one, other]) {
      const ended = await run.ended;
      expect(ended.exitCode, ended.stdout).toBe(0);
      expect(run.json().faults).toMatchObject([{ state: 'healed', proof: 'proved' }]);
      expect(await onEngine(run.name)).toEqual([]);
    }
  });

  test('`--keep` leaves a cluster that answers until it is removed by name', async () => {
    await using run = await startRun(['partition', '--set', 'hold=1s', '--keep']);
    try {
      const { stdout } = await run.ended;
      const how =
        /the cluster stays up: `etcdctl --endpoints (\S+)` reaches it, `drill clean (\S+)` removes it/;
      const [, endpoints = '', name] = how.exec(stdout) ?? [];
      expect(name).toBe(run.name);
      expect(endpoints.split(',')).toHaveLength(3);
      for (const endpoint of endpoints.split(',')) {
        const health = await fetch(`http://${endpoint}/health`);
        expect(await health.json()).toMatchObject({ health: 'true' });
      }
      const there = await onEngine(run.name);
      expect((await drill(['clean'])).stdout).toContain(`left ${run.name}: it is kept`);
      expect(await onEngine(run.name)).toEqual(there);
    } finally {
      const { stdout } = await drill(['clean', run.name]);
      expect(stdout).toContain(`removed ${run.name}:`);
    }
    expect(await onEngine(run.name)).toEqual([]);
  });
});
