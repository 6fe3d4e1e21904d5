import type { RecordedRun } from '../journal/recorded-run.ts';
import { eventsOf } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { membersAt } from './evidence/cluster.ts';
import { conclude } from './evidence/conclude.ts';
import { atTime, count, listOf } from './evidence/describe.ts';

const judged = {
  assertion: 'size-within',
  title: 'The database stays below its bound while more than that is written',
};

const series = 'etcd_mvcc_db_total_size_in_bytes';

/**
 * Every member's database file stays at `bytes` or less, by its metrics of every second, though more
 * than that was written to it (`written` observations: `bytes`, of values). Inconclusive where less was
 * written, since then nothing had to be given up, and where a member told no size.
 */
export function sizeWithin({ bytes }: { readonly bytes: number }): Assertion {
  return { name: judged.assertion, options: { bytes }, judge: (run) => judgeRun(run, bytes) };
}

function judgeRun(run: RecordedRun, bound: number): Verdict {
  const sizes = eventsOf(run, 'metrics').flatMap(({ t, member, values }) => {
    const size = values[series];
    return size === undefined ? [] : [{ t, member, size }];
  });
  const largest = sizes.toSorted((one, other) => other.size - one.size)[0];
  const over = sizes.find(({ size }) => size > bound);
  const written = writtenBytes(run);
  const judgedMembers = new Set(sizes.map(({ member }) => member));
  const members = membersAt(run, run.events.at(-1)?.t ?? 0);
  const silent = members.filter((member) => !judgedMembers.has(member));
  return conclude(
    judged,
    {
      violations:
        over === undefined
          ? []
          : [
              {
                message: `the database of ${over.member} had ${mebibytes(over.size)} ${atTime(over.t)} (bound ${mebibytes(bound)})`,
                moments: [{ t: over.t, member: over.member, text: mebibytes(over.size) }],
              },
            ],
      gaps: [
        ...(silent.length === 0 ? [] : [`${listOf(silent)} never told the size of the database`]),
        ...(written <= bound
          ? [`only ${mebibytes(written)} were written, which fit below the bound anyway`]
          : []),
      ],
      counts: { members: judgedMembers.size, looks: sizes.length },
      measurements:
        largest === undefined
          ? []
          : [
              {
                name: 'db.largest',
                label: 'Largest database',
                value: largest.size,
                unit: 'bytes',
                bound,
              },
            ],
    },
    `${mebibytes(written)} of values were written, and no database of ${count(judgedMembers.size, 'member')} had more than ${mebibytes(largest?.size ?? 0)} (bound ${mebibytes(bound)})`,
  );
}

function writtenBytes(run: RecordedRun): number {
  return eventsOf(run, 'observation').reduce((sum, { name, data }) => {
    const { bytes } = data;
    return name === 'written' && typeof bytes === 'number' ? sum + bytes : sum;
  }, 0);
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
