import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WatchEvent } from '../../src/history/operation.ts';
import { readHistory } from '../../src/history/read.ts';
import { startRun } from '../fixtures/drill.ts';

/** How the run ended, and per watch of the timeline the revision it began at and what it was sent. */
async function watchesOf(etcd: string) {
  await using run = await startRun(['regression/18089', '--etcd', etcd, '--set', 'rounds=2']);
  const { exitCode } = await run.ended;
  const records = [...readHistory(join(run.folder, 'history.bin')).watchRecords()];
  const watches = Map.groupBy(
    records.filter(({ stream }) => stream.startsWith('timeline-')),
    ({ stream }) => stream,
  );
  const triggers = run
    .events()
    .filter((event) => event.type === 'observation' && event.name === 'trigger');
  return {
    exitCode,
    violated: run
      .events()
      .flatMap((event) =>
        event.type === 'verdict' && event.verdict.status === 'violated'
          ? [event.verdict.assertion]
          : [],
      ),
    proved: triggers.map((event) => event.type === 'observation' && event.data['proved']),
    watches: [...watches.values()].map((own) => ({
      start: own.find(({ request }) => request !== undefined)?.request?.startRevision,
      events: own.flatMap(({ events }) => events).map(shown),
    })),
  };
}

function shown(event: WatchEvent): string {
  return event.type === 'put'
    ? `put ${event.kv.key}`
    : `delete ${event.key} at ${event.modRevision}`;
}

test('3.4.23 loses a deletion that was compacted to, and the history shows it', async () => {
  const { proved, watches, ...ended } = await watchesOf('deb:bookworm');
  expect(ended).toEqual({ exitCode: 1, violated: ['watch.reliable', 'watch.resumable'] });
  expect(proved).toEqual([true, true]);
  expect(watches.map(({ events }) => events)).toEqual([
    ['put drill/18089/1/c'],
    ['put drill/18089/2/c'],
  ]);
});

test('3.7.3 does not', async () => {
  const { proved, watches, ...ended } = await watchesOf('go:3.7.3');
  expect(ended).toEqual({ exitCode: 0, violated: [] });
  expect(proved).toEqual([true, true]);
  expect(watches.map(({ events }) => events)).toEqual(
    watches.map(({ start }, index) => [
      `delete drill/18089/${index + 1}/a at ${start}`,
      `put drill/18089/${index + 1}/c`,
    ]),
  );
});
