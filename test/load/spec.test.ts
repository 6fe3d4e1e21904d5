import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../src/load/spec.ts';

test('every field has a default', () => {
  expect(loadSpec()).toEqual({
    clients: 10,
    mix: { put: 45, get: 20, cas: 10, delete: 4, range: 6, txn: 10, 'serializable-get': 5 },
    ratePerSecond: 600,
    keys: 24,
    valueBytes: 32,
    deadlineMs: 3000,
    prefix: 'drill/load/',
  });
  expect(loadSpec({ leases: {}, watches: {}, compaction: {}, defrag: {} })).toMatchObject({
    leases: { clients: 10, maxTtlSeconds: 4 },
    watches: { clients: 6 },
    compaction: { everyMs: 2000, keepRevisions: 500 },
    defrag: { everyMs: 2000 },
  });
  expect(loadSpec({ clients: 3, mix: { get: 1 } })).toMatchObject({ clients: 3, mix: { get: 1 } });
});

describe('what makes no sense is refused', () => {
  test.each([
    [{ clients: 0 }, 'load.clients is 0: Too small: expected number to be >=1'],
    [{ clients: 2.5 }, 'load.clients is 2.5: Invalid input: expected int, received number'],
    [{ mix: {} }, 'load.mix is {}: every weight is zero'],
    [{ mix: { put: 0 } }, 'load.mix is {"put":0}: every weight is zero'],
    [{ mix: { put: -1 } }, 'load.mix.put is -1: Too small: expected number to be >=0'],
    [{ ratePerSecond: 0 }, 'load.ratePerSecond is 0: Too small: expected number to be >=0.1'],
    [{ deadlineMs: -5 }, 'load.deadlineMs is -5: Too small: expected number to be >=1'],
    [{ prefix: 'a b' }, 'load.prefix is "a b": must be printable ASCII without spaces and `~`'],
  ])('%j', (input, problem) => {
    expect(() => loadSpec(input)).toThrow(`The load cannot be run: ${problem}.`);
  });

  test.each([
    [{ leases: { clients: 0 } }, 'load.leases.clients is 0: Too small: expected number to be >=1'],
    [
      { watches: { clients: 1.5 } },
      'load.watches.clients is 1.5: Invalid input: expected int, received number',
    ],
    [
      { compaction: { keepRevisions: -1 } },
      'load.compaction.keepRevisions is -1: Too small: expected number to be >=0',
    ],
    [{ defrag: { everyMs: 0 } }, 'load.defrag.everyMs is 0: Too small: expected number to be >=1'],
  ])('beside the mix: %j', (input, problem) => {
    expect(() => loadSpec(input)).toThrow(`The load cannot be run: ${problem}.`);
  });

  test('a name that is none, of what works beside the mix', () => {
    const input: object = { leases: { client: 3 } };
    expect(() => loadSpec(input)).toThrow(
      'The load cannot be run: load.leases has no field `client`, did you mean `clients`.',
    );
  });

  test('a name that is none', () => {
    const input: object = { client: 3, mix: { putt: 1 } };
    expect(() => loadSpec(input)).toThrow(
      'The load cannot be run: load.mix has no field `putt`, did you mean `put`; ' +
        'load has no field `client`, did you mean `clients`.',
    );
  });
});
