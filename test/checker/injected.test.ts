import { describe, expect, test } from 'vitest';
import { judgeHistory } from '../../src/checker/judge.ts';
import type {
  LinearizabilityKind,
  PropertyName,
  PropertyResult,
} from '../../src/checker/result.ts';
import type { Operation, WatchRecord } from '../../src/history/operation.ts';
import { ample } from './support/budget.ts';
import { generate, watcherOf, type Generated } from './support/generate.ts';
import { injections, readBeforeConcurrentWrite } from './support/inject.ts';
import { isLinearizable } from './support/oracle.ts';
import { seeded, type Random } from './support/random.ts';

const trials = 100;
const shape = { operations: 14, keys: ['a', 'b', 'c'], unknown: 0, overlapMs: 2 };

describe('an injected violation is found in every trial, or proven to be none', () => {
  test.each(Object.keys(injections) as LinearizabilityKind[])('%s', (kind) => {
    let found = 0;
    let named = 0;
    for (const { random, history } of histories()) {
      const broken = injections[kind](random, history);
      if (broken === undefined) continue;
      const result = judge(broken.operations, watcherOf(broken.watched), 'kv.linearizable');
      if (result.state === 'illegal') {
        found += 1;
        if (result.findings.some((finding) => finding.kind === kind)) named += 1;
      } else expect(isLinearizable(broken.operations, broken.watched)).toBe(true);
      if (found === trials) break;
    }
    expect(found).toBe(trials);
    expect(named).toBe(trials);
  });

  test.each([
    ['dropped', 'event-missing'],
    ['altered', 'event-altered'],
  ] as const)('a %s watch event', (how, kind) => {
    let found = 0;
    for (const { random, history } of histories()) {
      const sound = watcherOf(history.watched, 'w1');
      const broken = breakWatch(random, watcherOf(history.watched, 'w2'), how);
      if (broken === undefined) continue;
      const records = [...sound, ...broken];
      const result = judge(history.operations, records, 'watch.reliable');
      expect(result).toMatchObject({ state: 'illegal', first: { kind } });
      expect(judge(history.operations, records, 'kv.linearizable').state).toBe('legal');
      found += 1;
      if (found === trials) break;
    }
    expect(found).toBe(trials);
  });

  test('an early lease expiry', () => {
    for (let seed = 1; seed <= trials; seed += 1) {
      const random = seeded(seed);
      const early = 1 + random.below(4_000);
      const result = expiry(random, 5_000 - early);
      expect(result).toMatchObject({ state: 'illegal', first: { kind: 'early-expiry' } });
      expect(expiry(random, 5_000 + early).state).toBe('legal');
    }
  });
});

test('the control, an older value read while the write was under way, is never reported', () => {
  let tried = 0;
  for (const { random, history } of histories()) {
    const control = readBeforeConcurrentWrite(random, history);
    if (control === undefined) continue;
    const result = judge(control.operations, watcherOf(control.watched), 'kv.linearizable');
    expect(result.state).toBe('legal');
    tried += 1;
    if (tried === trials) return;
  }
  expect(tried).toBe(trials);
});

function* histories(): Generator<{ readonly random: Random; readonly history: Generated }> {
  for (let seed = 1; seed <= trials * 20; seed += 1) {
    const random = seeded(seed);
    yield { random, history: generate(random, shape) };
  }
}

function judge(
  operations: readonly Operation[],
  watchRecords: readonly WatchRecord[],
  property: PropertyName,
): PropertyResult {
  const results = judgeHistory({ operations, watchRecords }, ample());
  return results.find((result) => result.property === property)!;
}

/** Anywhere but at the end: what was never delivered by then may still be under way. */
function breakWatch(
  random: Random,
  records: WatchRecord[],
  how: 'dropped' | 'altered',
): WatchRecord[] | undefined {
  const at = 1 + random.below(records.length - 2);
  const [event, ...rest] = records[at]?.events ?? [];
  if (event === undefined || records.length < 4) return undefined;
  if (how === 'dropped') return records.with(at, { ...records[at]!, events: rest });
  if (event.type === 'delete') return undefined;
  const altered = { ...event, kv: { ...event.kv, value: 'another' } };
  return records.with(at, { ...records[at]!, events: [altered, ...rest] });
}

/** A lease of 5 s, kept alive at second 3: its key is seen deleted `afterMs` later. */
function expiry(random: Random, afterMs: number): PropertyResult {
  const renewedMs = 3_000 + random.below(100);
  const base = { client: 1, member: 'm1' };
  const lease = { lease: '77', revision: 1, ttlSeconds: 5 };
  const kv = { key: 'a', value: 'v', createRevision: 2, modRevision: 2, version: 1, lease: '77' };
  const operations: Operation[] = [
    {
      ...base,
      invokedMs: 0,
      returnedMs: 1,
      request: { kind: 'lease-grant', ttlSeconds: 2 },
      outcome: { status: 'ok', result: { kind: 'lease-grant', ...lease } },
    },
    {
      ...base,
      invokedMs: 2,
      returnedMs: 3,
      request: { kind: 'put', key: 'a', value: 'v', lease: '77' },
      outcome: { status: 'ok', result: { kind: 'put', revision: 2 } },
    },
    {
      ...base,
      invokedMs: renewedMs,
      returnedMs: renewedMs + 5,
      request: { kind: 'lease-keepalive', lease: '77' },
      outcome: { status: 'ok', result: { kind: 'lease-keepalive', ...lease, revision: 2 } },
    },
  ];
  const watched = new Map([
    [2, [{ type: 'put', kv } as const]],
    [3, [{ type: 'delete', key: 'a', modRevision: 3, prev: kv } as const]],
  ]);
  const records = watcherOf(watched).map((record) => ({
    ...record,
    receivedMs: record.revision === 3 ? renewedMs + afterMs : 4,
  }));
  return judge(operations, records, 'lease.no-early-expiry');
}
