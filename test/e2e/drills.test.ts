import { expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { endingWithReasons, startRun } from '../fixtures/drill.ts';
import { inShort, ownDrills } from '../fixtures/own-drills.ts';

// Two at a time (`maxConcurrency`): most of a drill is waiting, and two leave its bounds room.
test.concurrent.each(await ownDrills())('$name in short is held', async ({ name }) => {
  await using run = await startRun(inShort(name));
  const { exitCode, stdout } = await run.ended;
  expect(exitCode, endingWithReasons(stdout)).toBe(0);
  expect(run.json().faults.every(({ state }) => state === 'healed' || state === 'left')).toBe(true);
  expect(await onEngine(run.name)).toEqual([]);
});
