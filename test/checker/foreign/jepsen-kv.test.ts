import { expect, test } from 'vitest';
import { parseJepsenKv } from '../../../src/checker/foreign/jepsen-kv.ts';

test('calls are paired by process; a get without an answer is left out', () => {
  const text = [
    '{:process 0, :type :invoke, :f :append, :key "7", :value "x"}',
    '{:process 1, :type :invoke, :f :get, :key "7", :value nil}',
    '{:process 1, :type :ok, :f :get, :key "7", :value "x"}',
    '{:process 1, :type :invoke, :f :get, :key "8", :value nil}',
  ].join('\n');
  expect(parseJepsenKv(text)).toEqual([
    { client: 1, key: '7', invoked: 1, returned: 2, call: { kind: 'get', value: 'x' } },
    { client: 0, key: '7', invoked: 0, returned: Infinity, call: { kind: 'append', value: 'x' } },
  ]);
});

test('text of another kind is refused with what was expected', () => {
  expect(() => parseJepsenKv('INFO')).toThrow(
    'no operation found; a `jepsen-kv` history has lines like `{:process 0, :type :invoke, :f :get, :key "0", :value nil}`',
  );
});
