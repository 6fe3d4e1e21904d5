import { expect, test } from 'vitest';
import { inPlace } from '../../src/assertions/in-place.ts';
import { faultEvents, isolate, runOf } from '../fixtures/run-builder.ts';

const cut = faultEvents({ cut: isolate(['m1']), title: 'cut m1 off' });

test('held: proved, and healed by the drill', () => {
  expect(inPlace().judge(runOf({ events: cut }))).toMatchObject({
    status: 'held',
    summary: '1 fault in place throughout',
  });
});

test('inconclusive: it stopped biting, though nothing else asks for it', () => {
  const lost = {
    type: 'fault.unproved',
    t: 12_000,
    fault: 'f1',
    reason: 'the rules are gone',
  } as const;
  expect(inPlace().judge(runOf({ events: [...cut, lost] }))).toMatchObject({
    status: 'inconclusive',
    summary: '"cut m1 off" was not in place: the rules are gone',
  });
});

test('inconclusive: its lease ran out while the runner lived', () => {
  const expired = { type: 'fault.lease-expired', t: 12_000, fault: 'f1' } as const;
  expect(inPlace().judge(runOf({ events: [...cut, expired] })).status).toBe('inconclusive');
});

test('not exercised without a fault', () => {
  expect(inPlace().judge(runOf({ events: [] })).status).toBe('not-exercised');
});
