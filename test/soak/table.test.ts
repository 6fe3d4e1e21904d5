import { expect, test } from 'vitest';
import { type SoakResult, soakTable } from '../../soak/table.ts';

const result = (changed: Partial<SoakResult>): SoakResult => ({
  drill: 'partition',
  etcd: '3.7.3',
  seed: 1,
  seconds: 24,
  exitCode: 0,
  outcome: 'held',
  operations: 8000,
  notExercised: [],
  found: [],
  ...changed,
});

test('a row per drill and version counts ends, and names what was found and what was not exercised', () => {
  const table = soakTable([
    result({}),
    result({ seed: 2, outcome: 'violated', exitCode: 1, operations: 5000, found: ['elects'] }),
    result({
      seed: 3,
      outcome: 'error',
      exitCode: 3,
      operations: 0,
      notExercised: ['watch.prevkv'],
    }),
    result({ etcd: '3.5.35', outcome: 'inconclusive', exitCode: 2, found: ['exercised'] }),
  ]);
  expect(table.split('\n').slice(2)).toEqual([
    '| partition | 3.5.35 | 1 | 0 | 0 | 1 | 0 | 8000–8000 | – | exercised |',
    '| partition | 3.7.3 | 3 | 1 | 1 | 0 | 1 | 0–8000 | watch.prevkv | elects |',
  ]);
});
