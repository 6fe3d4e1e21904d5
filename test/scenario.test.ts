import { expect, expectTypeOf, test } from 'vitest';
import { choice, duration, flag, integer } from '../src/parameters.ts';
import { scenario } from '../src/scenario.ts';

test('keeps the half that can be listed, and runs nothing', () => {
  const definition = {
    summary: 'Break it.',
    matrix: { members: [3, 5] },
    parameters: { hold: duration('10s', 'how long') },
    assertions: [],
  };
  let ran = false;
  const made = scenario(definition, async () => void (ran = true));
  expect(made).toMatchObject({ kind: 'drill-scenario', definition });
  expect(ran).toBe(false);
});

test('a timeline gets its parameters by their own types', () => {
  const parameters = {
    target: choice(['leader', 'follower'], 'leader', 'who'),
    hold: duration('10s', 'how long'),
    rounds: integer({ min: 1, max: 3 }, 1, 'how often'),
    strict: flag(false, 'how hard'),
  };
  scenario({ summary: 's', parameters, assertions: [] }, async (stage) => {
    expectTypeOf(stage.parameters).toEqualTypeOf<{
      readonly target: 'leader' | 'follower';
      readonly hold: number;
      readonly rounds: number;
      readonly strict: boolean;
    }>();
    // @ts-expect-error a parameter that the table does not have
    expect(stage.parameters.traget).toBeUndefined();
  });
  expect(parameters.hold.default).toBe('10s');
});
