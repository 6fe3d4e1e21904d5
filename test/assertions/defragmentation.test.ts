import { describe, expect, test } from 'vitest';
import { defragmentsAlone } from '../../src/assertions/defragments-alone.ts';
import { spaceReclaimed } from '../../src/assertions/space-reclaimed.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { put, runOf, three } from '../fixtures/run-builder.ts';

const mebibyte = 1024 ** 2;

/** From `startedMs` for half a second. */
const defragmented = (member: string, startedMs: number, after = 1): JournalEvent => ({
  type: 'observation',
  t: startedMs + 500,
  name: 'defragmented',
  member,
  data: {
    startedMs,
    durationMs: 500,
    beforeBytes: 20 * mebibyte,
    afterBytes: after * mebibyte,
  },
});
const events = [defragmented('m1', 1000), defragmented('m2', 3000)];

describe('space-reclaimed', () => {
  const { judge } = spaceReclaimed(50);

  test('is held where every file shrank, and measures each', () => {
    expect(judge(runOf({ events }))).toMatchObject({
      status: 'held',
      summary: 'm1 and m2 gave back 95% of the file or more, of 20.0 MiB',
      measurements: [
        { name: 'freed.m1', value: 95, unit: 'percent', bound: 50 },
        { name: 'freed.m2', value: 95, unit: 'percent', bound: 50 },
      ],
    });
  });

  test('rejects a defragmentation that freed nothing', () => {
    expect(judge(runOf({ events: [...events, defragmented('m3', 5000, 19)] }))).toMatchObject({
      status: 'violated',
      summary:
        'the database of m3 was 20.0 MiB before and 19.0 MiB after its defragmentation, which is not 50% less: was it compacted before?',
    });
  });
});

describe('defragments-alone', () => {
  const { judge } = defragmentsAlone({ others: '300ms' });
  const asked = three.flatMap((member, nth) => [
    put('k', 10 + nth, { at: 1100, member }),
    put('k', 20 + nth, { at: 3100, member }),
  ]);

  test('is held where only its own clients wait, which is measured', () => {
    const waits = put('k', 9, { at: 1050, tookMs: 450, member: 'm1' });
    expect(judge(runOf({ events, operations: [...asked, waits] }))).toMatchObject({
      status: 'held',
      summary:
        '2 defragmentations; meanwhile nothing took longer than 5 ms through another member (bound 300 ms)',
      measurements: [
        { name: 'defragment.m1', value: 500 },
        { name: 'defragment.m1.wait', value: 450 },
        { name: 'defragment.m2', value: 500 },
        { name: 'defragment.m2.wait', value: 5 },
      ],
    });
  });

  test('rejects a wait at another member', () => {
    const waits = put('k', 9, { at: 1050, tookMs: 450, member: 'm3' });
    expect(judge(runOf({ events, operations: [...asked, waits] }))).toMatchObject({
      status: 'violated',
      summary: 'an operation through m3 took 450 ms while m1 was defragmented (bound 300 ms)',
    });
  });

  test('does not blame on another member what its own turn explains of a wait', () => {
    const soon = [defragmented('m1', 1000), defragmented('m2', 1600)];
    const waits = put('k', 9, { at: 1400, tookMs: 650, member: 'm2' });
    const others = three.map((member, nth) => put('k', 30 + nth, { at: 1700, member }));
    const operations = [...asked, ...others, waits];
    expect(judge(runOf({ events: soon, operations }))).toMatchObject({
      status: 'held',
      summary:
        '2 defragmentations; meanwhile nothing took longer than 200 ms through another member (bound 300 ms)',
    });
  });

  test('rejects a wait that began long before its own turn', () => {
    const waits = put('k', 9, { at: 1400, tookMs: 1900, member: 'm2' });
    expect(judge(runOf({ events, operations: [...asked, waits] }))).toMatchObject({
      status: 'violated',
      summary: 'an operation through m2 took 1.6 s while m1 was defragmented (bound 300 ms)',
    });
  });

  test('cannot tell where another member was asked nothing', () => {
    const operations = asked.filter(({ member, invokedMs }) => member !== 'm3' || invokedMs > 3000);
    expect(judge(runOf({ events, operations }))).toMatchObject({
      status: 'inconclusive',
      summary: 'm3 was asked nothing while m1 was defragmented',
    });
  });
});
