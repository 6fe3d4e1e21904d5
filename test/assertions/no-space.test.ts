import { describe, expect, test } from 'vitest';
import { noSpace } from '../../src/assertions/no-space.ts';
import type { Operation } from '../../src/history/operation.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { notOk, ok, put, read, runOf, three } from '../fixtures/run-builder.ts';

const judge = (operations: readonly Operation[], seen: readonly JournalEvent[] = events) =>
  noSpace({ again: '2s' }).judge(runOf({ events: seen, operations }));

const raised: JournalEvent = {
  type: 'observation',
  t: 1000,
  name: 'alarm',
  data: { alarm: 'NOSPACE' },
};
const disarmed: JournalEvent = { type: 'observation', t: 5000, name: 'disarmed', data: {} };
const events = [raised, disarmed];
const full = { code: 8, message: 'etcdserver: mvcc: database space exceeded' };
const aPut = { kind: 'put', key: 'k', value: 'v' } as const;
const aDelete = { kind: 'delete', key: 'k' } as const;
const gone = { kind: 'delete', revision: 9, deleted: 1 } as const;

const refused = (member: string) => notOk('unknown', aPut, { at: 2000, member }, full);
const asked = three.flatMap((member) => [
  refused(member),
  read('k', 8, { at: 2100, member }),
  ok(aDelete, gone, { at: 2200, member }),
]);
const again = put('k', 10, { at: 5500 });

describe('no-space', () => {
  test('is held where puts are refused, all else is answered, and puts come back', () => {
    expect(judge([...asked, again])).toMatchObject({
      status: 'held',
      summary:
        'without space m1, m2 and m3 refused 3 puts with "database space exceeded" and answered 3 reads and 3 deletes; puts were acknowledged 505 ms after the alarm was taken off (bound 2 s)',
      counts: { puts: 3, reads: 3, deletes: 3 },
      measurements: [
        { name: 'puts.outage', value: 4505, unit: 'ms' },
        { name: 'puts.again', value: 505, unit: 'ms', bound: 2000 },
      ],
    });
  });

  test('rejects a put that was acknowledged under the alarm', () => {
    expect(judge([...asked, put('k', 9, { at: 3000 }), again])).toMatchObject({
      status: 'violated',
      summary:
        'without space, a put was acknowledged: put #9 of client 1 (key "k", acknowledged at revision 9 by m1), invoked at 3 s',
      violations: [{ operations: [9] }],
    });
  });

  test('takes a put for fair that came back once the alarm was being taken off', () => {
    const began: JournalEvent = { ...disarmed, data: { beganMs: 4990 } };
    const operations = [...asked, put('k', 9, { at: 4988 }), again];
    expect(judge(operations, [raised, began])).toMatchObject({ status: 'held' });
    expect(judge(operations, [raised, disarmed])).toMatchObject({ status: 'violated' });
  });

  test('rejects a delete that was refused: it is how space is made', () => {
    const stuck = notOk('failed', aDelete, { at: 3000, member: 'm2' }, full);
    expect(judge([...asked, stuck, again])).toMatchObject({ status: 'violated' });
  });

  test('takes a timeout for no evidence, and says who was not seen to answer', () => {
    const late = notOk('failed', { kind: 'range', key: 'k' }, { at: 2100, member: 'm3' });
    const others = asked.filter(
      ({ member, request }) => member !== 'm3' || request.kind !== 'range',
    );
    expect(judge([...others, late, again])).toMatchObject({
      status: 'inconclusive',
      summary: 'no read was tried on m3 without space',
    });
  });

  test('rejects puts that come back too late, or never', () => {
    expect(judge([...asked, put('k', 10, { at: 8000 })])).toMatchObject({
      status: 'violated',
      summary: 'the first put was acknowledged 3 s after the alarm was taken off (bound 2 s)',
    });
    expect(judge(asked)).toMatchObject({
      status: 'violated',
      summary: 'no put was acknowledged after the alarm was taken off at 5 s',
    });
    expect(judge(asked, [raised])).toMatchObject({
      status: 'violated',
      summary: 'the alarm NOSPACE was never taken off',
    });
  });

  test('is not exercised without the alarm', () => {
    expect(judge(asked, [])).toMatchObject({ status: 'not-exercised' });
  });
});
