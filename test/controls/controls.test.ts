import { expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { endingWithReasons, startRun } from '../fixtures/drill.ts';
import { inShort, ownDrills } from '../fixtures/own-drills.ts';

// Two at a time, as the drills themselves.
test.concurrent.each(await ownDrills())(
  '$name, one setting apart, is violated as foreseen',
  async ({ name, scenario: { definition } }) => {
    await using run = await startRun(inShort(name, '--control'));
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, endingWithReasons(stdout)).toBe(1);
    const { verdicts, reasons } = run.json();
    const broken = verdicts.filter(({ status }) => status === 'violated');
    // What a timeline waits for in vain is a reason of the run, and no assertion's.
    const seen = [...broken.map(({ assertion }) => assertion), ...reasons.map(() => 'timeline')];
    const { violates = [], alongside = [] } = definition.control ?? {};
    expect(
      seen.filter((one) => violates.includes(one)),
      stdout,
    ).not.toEqual([]);
    expect(
      seen.filter((one) => ![...violates, ...alongside].includes(one)),
      stdout,
    ).toEqual([]);
    expect(await onEngine(run.name)).toEqual([]);
  },
);
