import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';
import { until } from '../fixtures/until.ts';

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
      // Until its lease has run out it counts as alive, which is as good.
      await until('The run to be known as kept', 15_000, async () => {
        const { stdout: said } = await drill(['clean']);
        expect(said).toMatch(new RegExp(`^left ${run.name}: it is (alive|kept)$`, 'm'));
        return said.includes(`left ${run.name}: it is kept`) || undefined;
      });
      expect(await onEngine(run.name)).toEqual(there);
    } finally {
      const { stdout } = await drill(['clean', run.name]);
      expect(stdout).toContain(`removed ${run.name}:`);
    }
    expect(await onEngine(run.name)).toEqual([]);
  });
});
