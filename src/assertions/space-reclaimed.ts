import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { listOf } from './evidence/describe.ts';
import { type Defragmentation, defragmentations } from './evidence/defragmentations.ts';

const judged = {
  assertion: 'space-reclaimed',
  title: 'Defragmentation gives the disk its space back',
};

/**
 * Every member's database file is at least `percent` smaller after its defragmentation, by the size
 * that its status tells. Defragmentation frees only what a compaction has given up before.
 */
export function spaceReclaimed(percent: number): Assertion {
  return {
    name: judged.assertion,
    options: { percent },
    judge: (run) => judgeRun(run, percent),
  };
}

function judgeRun(run: RecordedRun, percent: number): Verdict {
  const sized = defragmentations(run).flatMap(({ member, beforeBytes, afterBytes }) =>
    beforeBytes === undefined || afterBytes === undefined || beforeBytes === 0
      ? []
      : [{ member, beforeBytes, afterBytes, freed: 100 * (1 - afterBytes / beforeBytes) }],
  );
  if (sized.length === 0) return notExercised(judged, 'no member was defragmented');
  const short = sized.filter(({ freed }) => freed < percent);
  const least = Math.min(...sized.map(({ freed }) => freed));
  return conclude(
    judged,
    {
      violations: short.map(({ member, beforeBytes, afterBytes }) => ({
        message: `the database of ${member} was ${megabytes(beforeBytes)} before and ${megabytes(afterBytes)} after its defragmentation, which is not ${percent}% less: was it compacted before?`,
      })),
      gaps: [],
      counts: { defragmented: sized.length },
      measurements: sized.map(({ member, freed }) => ({
        name: `freed.${member}`,
        label: `Space given back by ${member}`,
        value: freed,
        unit: 'percent',
        bound: percent,
      })),
    },
    `${listOf([...new Set(sized.map(({ member }) => member))])} gave back ${least.toFixed(0)}% of the file or more, of ${megabytes(Math.max(...sized.map(sizeBefore)))}`,
  );
}

const sizeBefore = ({ beforeBytes = 0 }: Pick<Defragmentation, 'beforeBytes'>): number =>
  beforeBytes;

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
