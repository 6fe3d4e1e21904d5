import { expect, test } from 'vitest';
import { goOn, passed, type SoakRun } from '../../soak/go-on.ts';
import type { SoakResult } from '../../soak/table.ts';

const planned: readonly SoakRun[] = [1, 2, 3].map((seed) => ({
  drill: 'partition',
  etcd: '3.7.3',
  seed,
}));
const ending = (run: SoakRun, outcome: string, operations = 5000): SoakResult => ({
  ...run,
  seconds: 24,
  exitCode: 0,
  outcome,
  operations,
  notExercised: [],
  found: [],
});

/** A soak whose runs end as given, in turn; Ctrl-C is pressed in the one with the number `stopIn`. */
async function soak(outcomes: readonly string[], before: readonly SoakResult[] = [], stopIn = 0) {
  const kept: string[] = [];
  const ran: number[] = [];
  const done = await goOn(planned, before, {
    soakOnce: async (run) => ending(run, outcomes[ran.push(run.seed) - 1]!),
    keep: ({ seed, outcome }) => kept.push(`${seed} ${outcome}`),
    stopped: () => stopIn !== 0 && ran.length >= stopIn,
  });
  return { ran, kept, held: passed(planned, done, 5000), told: [...done.values()].length };
}

test('what was done before is not done again, and all held is passed', async () => {
  const before = [ending(planned[0]!, 'held')];
  const { ran, kept, held } = await soak(['held', 'held'], before);
  expect(ran).toEqual([2, 3]);
  expect(kept).toEqual(['2 held', '3 held']);
  expect(held).toBe(true);
});

test.each(['violated', 'inconclusive', 'unhealed'])('a run that ended %s is kept', async (bad) => {
  const { kept, held } = await soak(['held', bad, 'held']);
  expect(kept).toEqual(['1 held', `2 ${bad}`, '3 held']);
  expect(held).toBe(false);
});

test.each(['error', 'died'])('a run that ended %s fails the soak and is run again', async (bad) => {
  const { kept, held, told } = await soak(['held', bad, 'held']);
  expect(kept).toEqual(['1 held', '3 held']);
  expect(held).toBe(false);
  expect(told).toBe(3);
  const again = await soak(
    ['held'],
    [planned[0]!, planned[2]!].map((run) => ending(run, 'held')),
  );
  expect(again.ran).toEqual([2]);
});

test('nor is one kept that an older soak wrote down as interrupted', async () => {
  const { ran } = await soak(['held', 'held', 'held'], [ending(planned[0]!, 'interrupted')]);
  expect(ran).toEqual([1, 2, 3]);
});

test('a run that was interrupted by itself is not kept', async () => {
  const { kept, held } = await soak(['held', 'interrupted', 'held']);
  expect(kept).toEqual(['1 held', '3 held']);
  expect(held).toBe(false);
});

test('Ctrl-C ends the soak, whatever the run under way says of its end', async () => {
  const { ran, kept, held } = await soak(['held', 'held', 'held'], [], 2);
  expect(ran).toEqual([1, 2]);
  expect(kept).toEqual(['1 held']);
  expect(held).toBe(false);
});

test('a run that held with fewer operations than asked for is not passed', () => {
  const results = planned.map((run) => ending(run, 'held', run.seed === 3 ? 4999 : 5000));
  const done = new Map(results.map((each) => [`${each.drill} ${each.etcd} ${each.seed}`, each]));
  expect(passed(planned, done, 5000)).toBe(false);
  expect(passed(planned, done, 4999)).toBe(true);
});
