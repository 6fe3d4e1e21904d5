import { describe, expect, test } from 'vitest';
import { everyBuiltIn, loadScenarios } from '../../src/runner/load-scenarios.ts';
import { onEngine } from '../fixtures/docker.ts';
import { startRun } from '../fixtures/drill.ts';

// Regression drills have tests of their own: what they show depends on the version.
const drills = (await loadScenarios([everyBuiltIn])).filter(
  ({ name }) => !name.startsWith('regression/'),
);

describe.each(drills)('$name', ({ name, scenario: { definition } }) => {
  test('in short, is held', async () => {
    await using run = await startRun([name, '--short']);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(0);
    expect(run.json().faults.every(({ state }) => state === 'healed' || state === 'left')).toBe(
      true,
    );
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('its control, one setting apart, is violated', async () => {
    await using run = await startRun([name, '--short', '--control']);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(1);
    const { verdicts, reasons } = run.json();
    const broken = verdicts.filter(({ status }) => status === 'violated');
    // What a timeline waits for in vain is a reason of the run, and no assertion's.
    const seen = [...broken.map(({ assertion }) => assertion), ...reasons.map(() => 'timeline')];
    const foreseen = definition.control?.violates ?? [];
    expect(
      seen.filter((one) => foreseen.includes(one)),
      stdout,
    ).not.toEqual([]);
    expect(
      seen.filter((one) => !foreseen.includes(one)),
      stdout,
    ).toEqual([]);
    expect(await onEngine(run.name)).toEqual([]);
  });
});
