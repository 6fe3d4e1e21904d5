import { expect, test } from 'vitest';
import { parseJepsenRegister } from '../../../src/checker/foreign/jepsen-register.ts';
import { explainSearch, judgeSearch } from '../../../src/checker/search/judge-search.ts';
import { register } from '../../../src/checker/search/register.ts';
import { ample } from '../support/budget.ts';

const line = (process: number, type: string, f: string, value: string) =>
  `INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${value}`;

test('operations are paired by process; lost writes stay possible, lost reads are left out', () => {
  const text = [
    line(0, 'invoke', 'write', '3'),
    line(1, 'invoke', 'read', 'nil'),
    'INFO  jepsen.core - something else',
    line(0, 'ok', 'write', '3'),
    line(1, 'fail', 'read', ':timed-out'),
    line(2, 'invoke', 'cas', '[3 4]'),
    line(2, 'fail', 'cas', '[3 4]'),
    line(3, 'invoke', 'cas', '[3 5]'),
    line(3, 'info', 'cas', ':timed-out'),
    line(4, 'invoke', 'write', '6'),
  ].join('\n');
  expect(parseJepsenRegister(text)).toEqual([
    { client: 0, key: '', invoked: 0, returned: 3, call: { kind: 'write', value: '3' } },
    {
      client: 2,
      key: '',
      invoked: 5,
      returned: 6,
      call: { kind: 'cas', from: '3', to: '4', ok: false },
    },
    {
      client: 3,
      key: '',
      invoked: 7,
      returned: Infinity,
      call: { kind: 'cas', from: '3', to: '5' },
    },
    { client: 4, key: '', invoked: 9, returned: Infinity, call: { kind: 'write', value: '6' } },
  ]);
});

test('text of another kind is refused with what was expected', () => {
  expect(() => parseJepsenRegister('{}')).toThrow(
    'no operation found; a `jepsen-register` history has lines like `INFO  jepsen.util - 3 :invoke :read nil` with tabs between the fields',
  );
});

test('a violation is shown by the fewest operations, in words', () => {
  const history = parseJepsenRegister(
    [
      line(0, 'invoke', 'write', '1'),
      line(0, 'ok', 'write', '1'),
      line(1, 'invoke', 'read', 'nil'),
      line(1, 'ok', 'read', '1'),
      line(0, 'invoke', 'write', '2'),
      line(0, 'ok', 'write', '2'),
      line(2, 'invoke', 'read', 'nil'),
      line(2, 'ok', 'read', '1'),
      line(1, 'invoke', 'read', 'nil'),
      line(1, 'ok', 'read', '2'),
    ].join('\n'),
  );
  const result = judgeSearch(history, register, ample());
  expect(result).toEqual({ state: 'illegal', key: '', operations: [0, 2, 3] });
  expect(explainSearch(history, [0, 2, 3], register)).toBe(
    'client 0 wrote 1; then client 0 wrote 2; then client 2 read 1: no order of these is possible, whenever the others happened',
  );
});
