import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultRules, onEngine } from '../fixtures/docker.ts';
import { drill, startRun, type Run } from '../fixtures/drill.ts';
import { until } from '../fixtures/until.ts';

const healsWithinMs = 10_000;

describe('`kill -9` of the runner in the middle of a fault', () => {
  let run: Run;
  const sidecars = (): string[] =>
    ['m1', 'm2', 'm3'].map((name) => `drill-${run.name}-${name}-net`);

  beforeAll(async () => {
    run = await startRun(['partition', '--set', 'hold=60s']);
    await run.event('fault.proved', 60_000);
  });
  afterAll(async () => {
    await drill(['clean', run.name]);
    await run[Symbol.asyncDispose]();
  });

  test('the leases take the rules off by themselves within 10 s', async () => {
    const held = await Promise.all(sidecars().map(faultRules));
    expect(held.every((rules) => rules.length > 0)).toBe(true);
    run.signal('SIGKILL');
    await run.ended;
    await until('A namespace of every member without rules of drill', healsWithinMs, async () => {
      const rules = await Promise.all(sidecars().map(faultRules));
      return rules.flat().length === 0 ? true : undefined;
    });
  });

  test('what it recorded can be read, and says that it died', async () => {
    const { exitCode, stdout } = await drill(['report', run.folder]);
    expect(exitCode).toBe(2);
    expect(run.json()).toMatchObject({ outcome: 'died', exitCode: null, run: run.name });
    expect(run.json().operations.acknowledgedWrites).toBeGreaterThan(500);
    expect(stdout).toMatch(
      /The runner died in “cut m\d off from m\d, m\d \(peer traffic\)”: its journal ends after \S+ s, and nothing was judged\./,
    );
    expect(run.read('report.html')).toContain('The runner died');
    expect(run.read('junit.xml')).toContain('<testsuite');
  });

  test('`drill clean` removes everything, says what, and then finds nothing', async () => {
    const there = await onEngine(run.name);
    expect(there).toHaveLength(7 + 3 + 1);
    const { exitCode, stdout } = await drill(['clean']);
    expect(exitCode).toBe(0);
    const [, said = ''] = stdout.split(`removed ${run.name}:\n`);
    const removed = said.split('\n').filter((line) => line.startsWith('  '));
    expect(
      removed
        .slice(0, there.length)
        .map((line) => line.trim())
        .toSorted(),
    ).toEqual(there);
    expect(await onEngine(run.name)).toEqual([]);
    expect((await drill(['clean'])).stdout).not.toContain(run.name);
  });
});
