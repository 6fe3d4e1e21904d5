import { formatDuration } from '../duration.ts';
import { epochsOf } from '../history/epochs-of.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';
import { count } from './evidence/describe.ts';
import { type LeftBehind, rpoMs } from './evidence/left-behind.ts';
import { surveyWrites } from './evidence/survey-writes.ts';

const judged = {
  assertion: 'survivor-keeps-more',
  title: 'A survivor that was current keeps more than the backup',
};

/**
 * Sets both ways out of a lost quorum side by side: of the acknowledged writes, fewer are lost where
 * the run forced a new cluster of a survivor than where it restored a backup. Which of the two is to
 * be taken is that question, and an old survivor answers it the other way.
 */
export function survivorKeepsMore(): Assertion {
  return { name: judged.assertion, options: {}, judge };
}

function judge(run: RecordedRun): Verdict {
  const ways = epochsOf(run.history).flatMap((epoch): Way[] =>
    epoch.next === undefined || epoch.next.unknownBecause !== undefined
      ? []
      : [{ kind: epoch.next.kind, behind: surveyWrites(epoch).behind }],
  );
  const forced = worst(ways, 'force-new-cluster');
  const restored = worst(ways, 'restore');
  if (forced === undefined || restored === undefined) {
    const missing = forced === undefined ? 'no new cluster was forced' : 'no backup was restored';
    return conclude(
      judged,
      { violations: [], gaps: [`${missing}, so there is nothing to compare`], counts: {} },
      '',
    );
  }
  const told = `\`--force-new-cluster\` of a survivor lost ${lost(forced)}, the restored backup ${lost(restored)}`;
  return conclude(
    judged,
    {
      violations:
        forced.writes === 0 || forced.writes < restored.writes
          ? []
          : [{ message: `${told}: that survivor was no better than a backup` }],
      gaps: restored.writes === 0 ? [`${told}: there was no more to keep`] : [],
      counts: { forced: forced.writes, restored: restored.writes },
      measurements: [...measured('forced', forced), ...measured('restored', restored)],
    },
    told,
  );
}

interface Way {
  readonly kind: 'restore' | 'force-new-cluster';
  readonly behind: LeftBehind;
}

/** Of several of one kind the one that lost most. */
function worst(ways: readonly Way[], wanted: Way['kind']): LeftBehind | undefined {
  return ways
    .filter(({ kind }) => kind === wanted)
    .map(({ behind }) => behind)
    .toSorted((a, b) => b.writes - a.writes)[0];
}

function lost(behind: LeftBehind): string {
  if (behind.writes === 0) return 'none';
  return `${count(behind.writes, 'acknowledged write')} of the last ${formatDuration(rpoMs(behind))}`;
}

function measured(way: 'forced' | 'restored', behind: LeftBehind): Measurement[] {
  const label = way === 'forced' ? 'RPO of --force-new-cluster' : 'RPO of the backup';
  return [
    { name: `rpo.${way}.writes`, label, value: behind.writes, unit: 'count' },
    { name: `rpo.${way}.time`, label, value: rpoMs(behind), unit: 'ms' },
  ];
}
