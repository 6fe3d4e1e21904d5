import { z } from 'zod';
import type { Operation } from '../history/operation.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised, type Judged } from './evidence/conclude.ts';
import { count, describeOperation } from './evidence/describe.ts';
import { differences } from './evidence/differences.ts';
import { effectsOf } from './evidence/effects.ts';
import { eventLog, type EventLog } from './evidence/event-log.ts';

const judged: Judged = {
  assertion: 'backups-complete',
  title: 'Every backup has all that was acknowledged before it was begun, value by value',
};

/**
 * Each backup (`backup` observations: the member's name, when it was begun, its revision, and what it
 * holds) ends at no lower a revision than any write acknowledged before it was begun, and holds at its
 * revision exactly what the watchers saw written up to there.
 */
export function backupsComplete(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

/** As `backUp` observes it; `contents` is JSON, so that the journal keeps it on one line. */
const observed = z.object({
  beganMs: z.number(),
  revision: z.number(),
  contents: z.string(),
});
const contents = z.array(z.tuple([z.string(), z.string(), z.number()]));
type Observed = z.infer<typeof observed> & { readonly member: string };

function judge(run: RecordedRun): Verdict {
  const backups = eventsOf(run, 'observation')
    .filter(({ name }) => name === 'backup')
    .map(({ member = '', data }): Observed => ({ member, ...observed.parse(data) }));
  const refused = eventsOf(run, 'observation').filter(({ name }) => name === 'backup-refused');
  if (backups.length + refused.length === 0) return notExercised(judged, 'no backup was asked for');
  const log = eventLog(run.history.watchRecords());
  const missing = backups.flatMap((backup) => lacks(backup, run.history.operations()));
  const compared = backups.map((backup) => compare(backup, log));
  const keys = compared.reduce((sum, each) => sum + each.keys, 0);
  return conclude(
    judged,
    {
      violations: [...missing, ...compared.flatMap(({ wrong }) => wrong)],
      gaps: [
        ...(backups.length === 0
          ? [`every backup that was asked for was refused (${refused.length})`]
          : []),
        ...compared.flatMap(({ gaps }) => gaps),
      ],
      counts: { backups: backups.length, refused: refused.length, keys },
    },
    `${count(backups.length, 'backup')} with ${count(keys, 'key')} in all, each with everything acknowledged before it; ${refused.length} refused`,
  );
}

/** The write with the highest revision stands for all that are missing. */
function lacks({ member, beganMs, revision }: Observed, operations: Iterable<Operation>) {
  let position = -1;
  let missing = 0;
  let last: { operation: Operation; position: number; revision: number } | undefined;
  for (const operation of operations) {
    position += 1;
    const { outcome, returnedMs } = operation;
    if (outcome.status !== 'ok' || returnedMs >= beganMs || effectsOf(operation).length === 0)
      continue;
    if (outcome.result.revision <= revision) continue;
    missing += 1;
    if (outcome.result.revision > (last?.revision ?? 0))
      last = { operation, position, revision: outcome.result.revision };
  }
  if (last === undefined) return [];
  const example = describeOperation(last.operation, last.position);
  return [
    {
      message: `the backup of ${member} ends at revision ${revision} and lacks ${count(missing, 'write')} acknowledged before it was begun, such as ${example}`,
      operations: [last.position],
      moments: [
        { t: last.operation.returnedMs, member: last.operation.member, text: 'acknowledged' },
        { t: beganMs, member, text: 'backup begun' },
      ],
    },
  ];
}

function compare(backup: Observed, log: EventLog) {
  const { member, revision } = backup;
  const held = contents.parse(JSON.parse(backup.contents));
  const base = { keys: held.length, wrong: [], gaps: [] };
  const covered = log.covered.some(({ from, through }) => from <= 2 && revision <= through);
  if (!covered) {
    const why = `the backup of ${member} at revision ${revision} has nothing to be compared with: no watcher saw all that led there`;
    return { ...base, gaps: [why] };
  }
  const values = new Map(
    held.map(([key, value, modRevision]) => [
      key,
      { key, value, modRevision, createRevision: 0, version: 0 },
    ]),
  );
  const read = { source: `the backup of ${member}`, invokedMs: backup.beganMs, revision, values };
  return { ...base, wrong: [...differences(log, read).values()].map((message) => ({ message })) };
}
