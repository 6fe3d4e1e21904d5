import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JudgeInput } from '../../src/checker/input.ts';
import { judgeHistory } from '../../src/checker/judge.ts';
import type { PropertyResult } from '../../src/checker/result.ts';
import { ample } from './support/budget.ts';

/** A state, or what the first finding must be: kind, message, operations. */
type Expected = string | readonly [kind: string, message: string, operations: readonly number[]];

interface Golden extends JudgeInput {
  readonly title: string;
  readonly expect: Readonly<Record<string, Expected>>;
}

const folder = join(import.meta.dirname, '../golden');

describe('golden histories', () => {
  test.each(readdirSync(folder))('%s', (file) => {
    const golden = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden;
    const results = judgeHistory(golden, ample());
    const found = results
      .filter(({ property }) => property in golden.expect)
      .map((result) => [result.property, essence(result)]);
    expect(Object.fromEntries(found)).toEqual(golden.expect);
    const violated = results.filter(({ state }) => state === 'illegal');
    const listed = violated.filter(({ property }) => property in golden.expect);
    expect(violated).toEqual(listed);
  });
});

function essence(result: PropertyResult): Expected {
  if (result.state !== 'illegal') return result.state;
  const { kind, message, operations } = result.first;
  return [kind, message, operations];
}
