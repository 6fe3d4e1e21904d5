import { afterEach, expect, test, vi } from 'vitest';
import { writeVersions } from '../../src/actions/write-versions.ts';
import { DrillError, exitCode } from '../../src/errors.ts';
import type { Outcome, Request } from '../../src/history/operation.ts';
import type { RecordedClient } from '../../src/load/recorded-client.ts';

afterEach(() => vi.useRealTimers());

const acknowledged: Outcome = { status: 'ok', result: { kind: 'put', revision: 2 } };
const notOk = (message: string): Outcome => ({ status: 'unknown', error: { code: 14, message } });
const timedOut = notOk('etcdserver: request timed out');
const full = notOk('etcdserver: mvcc: database space exceeded');
const versions = { prefix: 'p/', keys: 2, valueBytes: 10, totalBytes: 60 };

/** A member that gives the nth put, from 0 on, this outcome. */
function answering(outcomeOf: (nth: number) => Outcome) {
  const asked: Request[] = [];
  const client: RecordedClient = {
    member: 'm1',
    perform: async (request) => outcomeOf(asked.push(request) - 1),
    must: () => Promise.reject(new Error('not asked for here')),
  };
  return { asked, client };
}

test('unique values of a few keys are put until all are acknowledged', async () => {
  const { asked, client } = answering(() => acknowledged);
  expect(await writeVersions(client, versions)).toEqual({ puts: 6, bytes: 60 });
  expect(asked.slice(0, 3)).toEqual([
    { kind: 'put', key: 'p/0', value: 'p/#0.xxxxx' },
    { kind: 'put', key: 'p/1', value: 'p/#1.xxxxx' },
    { kind: 'put', key: 'p/0', value: 'p/#2.xxxxx' },
  ]);
});

test('one that failed for another reason than space is followed by another value', async () => {
  const { asked, client } = answering((nth) => (nth === 2 ? timedOut : acknowledged));
  expect(await writeVersions(client, versions)).toEqual({ puts: 6, bytes: 60 });
  const values = asked.map((request) => (request.kind === 'put' ? request.value : undefined));
  expect(new Set(values).size).toBe(7);
});

test('the first without space ends it, and is told', async () => {
  const { asked, client } = answering((nth) => (nth < 3 ? acknowledged : full));
  expect(await writeVersions(client, { ...versions, totalBytes: 1e6 })).toEqual({
    puts: 3,
    bytes: 30,
    refusedWith: 'etcdserver: mvcc: database space exceeded',
  });
  expect(asked.length).toBeLessThanOrEqual(7);
});

test('where none is acknowledged any more, it gives up as inconclusive', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { client } = answering((nth) => {
    if (nth < 3) return acknowledged;
    vi.advanceTimersByTime(10_001);
    return timedOut;
  });
  await expect(writeVersions(client, versions)).rejects.toEqual(
    new DrillError(
      'm1 acknowledged no put for 30 s while versions were written to it; it answered the last with "etcdserver: request timed out". Is the machine overloaded? Compare `drill doctor`.',
      exitCode.inconclusive,
    ),
  );
});
