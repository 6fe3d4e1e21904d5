import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJepsenKv } from '../../src/checker/foreign/jepsen-kv.ts';
import { parseJepsenRegister } from '../../src/checker/foreign/jepsen-register.ts';
import { judgeSearch } from '../../src/checker/search/judge-search.ts';
import { keyValue } from '../../src/checker/search/key-value.ts';
import { register } from '../../src/checker/search/register.ts';
import { ample } from './support/budget.ts';

/** Recorded elsewhere, with known verdicts, and not part of this repository. */
const folder = resolve(
  process.env['DRILL_HISTORIES'] ?? join(import.meta.dirname, '../../../shared/histories'),
);
const listed = existsSync(join(folder, 'verdicts.txt'))
  ? readFileSync(join(folder, 'verdicts.txt'), 'utf8').trim().split('\n')
  : [];

describe.skipIf(listed.length === 0)(`recorded histories in $DRILL_HISTORIES`, () => {
  test.each(listed)('%s', (line) => {
    const [file = '', verdict] = line.split(' ');
    const text = readFileSync(join(folder, file), 'utf8');
    const { state } = file.startsWith('kv/')
      ? judgeSearch(parseJepsenKv(text), keyValue, ample())
      : judgeSearch(parseJepsenRegister(text), register, ample());
    expect(state).toBe(verdict === 'linearizable' ? 'legal' : 'illegal');
  });
});
