import { describe, expect, test } from 'vitest';
import { DrillError, type ExitCode, exitCode } from '../../src/errors.ts';
import { FaultUnproved } from '../../src/faults/fault.ts';
import { type TimelineEnd, gravestCode, outcomeOf } from '../../src/runner/outcome.ts';
import type { Verdict } from '../../src/verdict.ts';

const order = [4, 130, 1, 3, 2, 0];

describe('gravestCode', () => {
  const pairs = order.flatMap((graver, index) =>
    order.slice(index).map((other): [number, number] => [graver, other]),
  );
  test.each(pairs)("of %d and %d the first is the command's", (graver, other) => {
    expect(gravestCode([graver, other])).toBe(graver);
    expect(gravestCode([other, graver])).toBe(graver);
  });
  test('of all, and of none', () => {
    expect(gravestCode([0, 2, 3, 1, 130, 4])).toBe(4);
    expect(gravestCode([])).toBe(0);
  });
});

const verdict = (status: Verdict['status']): Verdict => {
  const judged = { assertion: 'durable', title: 't', summary: 's', counts: {}, measurements: [] };
  return status === 'violated'
    ? { status, ...judged, violations: [{ message: 'lost' }] }
    : { status, ...judged };
};
const held = verdict('held');
const done: TimelineEnd = { kind: 'done' };
const failed = (error: unknown): TimelineEnd => ({ kind: 'failed', error });

describe('outcomeOf', () => {
  test('held: everything that was exercised held', () => {
    const expected = { outcome: 'held', exitCode: 0, reasons: [] };
    expect(outcomeOf(done, [held], [])).toEqual(expected);
    expect(outcomeOf(done, [held, verdict('not-exercised')], [])).toEqual(expected);
  });

  test('unknown never reads as a pass', () => {
    const inconclusive = { outcome: 'inconclusive', exitCode: 2 };
    const nothing = { ...inconclusive, reasons: ['nothing was exercised'] };
    expect(outcomeOf(done, [], [])).toEqual(nothing);
    expect(outcomeOf(done, [verdict('not-exercised')], [])).toEqual(nothing);
    const unknown = { ...inconclusive, reasons: [] };
    expect(outcomeOf(done, [verdict('inconclusive')], [])).toEqual(unknown);
    expect(outcomeOf(done, [held, verdict('inconclusive')], [])).toEqual(unknown);
  });

  test("a violated verdict is the run's, and says nothing more", () => {
    expect(outcomeOf(done, [verdict('violated')], [])).toEqual({
      outcome: 'violated',
      exitCode: 1,
      reasons: [],
    });
  });

  test('a fault that did not bite cannot tell, however good the verdicts look', () => {
    const reason = 'no packet from m1 was dropped at m2 in 5 s';
    expect(outcomeOf(failed(new FaultUnproved(reason)), [held], [])).toEqual({
      outcome: 'inconclusive',
      exitCode: 2,
      reasons: [`the fault did not bite: ${reason}`],
    });
  });

  test.each<[ExitCode | undefined, string, number]>([
    [exitCode.violated, 'violated', 1],
    [exitCode.inconclusive, 'inconclusive', 2],
    [exitCode.couldNotRun, 'error', 3],
    [exitCode.notRemoved, 'unhealed', 4],
    [undefined, 'error', 3],
  ])('an error of code %s ends it %s', (code, outcome, exit) => {
    const error = code === undefined ? new TypeError('why') : new DrillError('why', code);
    expect(outcomeOf(failed(error), [held], [])).toEqual({
      outcome,
      exitCode: exit,
      reasons: ['why'],
    });
  });

  test('what is not an error is shown all the same', () => {
    expect(outcomeOf(failed('thrown text'), [held], []).reasons).toEqual(['thrown text']);
  });

  test('a heal that fails while its scope ends by an error hides neither', async () => {
    const error: unknown = await violatedAndNotHealed().catch((thrown: unknown) => thrown);
    expect(outcomeOf(failed(error), [held], [])).toEqual({
      outcome: 'unhealed',
      exitCode: 4,
      reasons: ['A leader did not come within 5 s', 'm1 is still cut off'],
    });
  });

  const ends: [number, TimelineEnd, readonly Verdict[], readonly string[]][] = [
    [4, done, [], ['could not heal']],
    [130, { kind: 'interrupted' }, [], []],
    [1, done, [verdict('violated')], []],
    [3, failed(new Error('broken')), [], []],
    [2, done, [verdict('inconclusive')], []],
  ];
  const pairs = ends.flatMap((graver, index) =>
    ends.slice(index + 1).map((other) => ({ graver, other, codes: [graver[0], other[0]] })),
  );
  test.each(pairs)("of two ends the graver is the run's: $codes", ({ graver, other }) => {
    const timeline = graver[1].kind === 'done' ? other[1] : graver[1];
    const verdicts = [held, ...graver[2], ...other[2]];
    const outcome = outcomeOf(timeline, verdicts, [...graver[3], ...other[3]]);
    expect(outcome.exitCode).toBe(graver[0]);
  });

  test('every reason stands there once', () => {
    const timeline = failed(new Error('engine gone'));
    expect(outcomeOf(timeline, [], ['engine gone', 'could not remove x']).reasons).toEqual([
      'engine gone',
      'could not remove x',
    ]);
  });
});

async function violatedAndNotHealed(): Promise<void> {
  await using _fault = {
    async [Symbol.asyncDispose]() {
      throw new DrillError('m1 is still cut off', exitCode.notRemoved);
    },
  };
  throw new DrillError('A leader did not come within 5 s', exitCode.violated);
}
