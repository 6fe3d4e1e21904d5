import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { startRun } from '../fixtures/drill.ts';
import { scenarioFile } from '../fixtures/scenario-file.ts';

describe("the run's deadline", () => {
  test('in a step of the drill is inconclusive, names the step, and heals', async () => {
    await using run = await startRun([
      'partition',
      '--short',
      '--set',
      'hold=60s',
      '--timeout',
      '15s',
    ]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(2);
    const { outcome, reasons, faults } = run.json();
    expect(outcome).toBe('inconclusive');
    expect(reasons[0]).toMatch(
      /^the run's deadline of 15 s struck in "cut m\d off from m\d, m\d \(peer traffic\)" \(`--timeout`\)$/,
    );
    expect(stdout).toContain(reasons[0]);
    expect(faults).toMatchObject([{ state: 'healed', proof: 'proved' }]);
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('in the start of the cluster', async () => {
    await using run = await startRun(['partition', '--timeout', '1s']);
    expect((await run.ended).exitCode).toBe(2);
    expect(run.json()).toMatchObject({
      outcome: 'inconclusive',
      reasons: expect.arrayContaining([
        'the run\'s deadline of 1 s struck in "start the cluster" (`--timeout`)',
      ]) as string[],
    });
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('in a timeline that never ends', async () => {
    await using file = await scenarioFile('hangs');
    await using run = await startRun([file.path, '--short', '--timeout', '12s']);
    expect((await run.ended).exitCode).toBe(2);
    expect(run.json()).toMatchObject({
      outcome: 'inconclusive',
      reasons: expect.arrayContaining([
        'the run\'s deadline of 12 s struck in "wait for ever" (`--timeout`)',
      ]) as string[],
    });
    expect(await onEngine(run.name)).toEqual([]);
  });
});
