import { formatDuration } from '../duration.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';
import { type FsyncTimes, fsyncTimes } from './evidence/fsync-times.ts';

const judged = {
  assertion: 'fsync-spared',
  title: 'Write-ahead logs are spared by what is on other disks',
};

export interface FsyncSparedOptions {
  /** The fault that is compared with itself, by its name. */
  readonly fault: string;
  /** How many times as long syncs must take under the last of them as under the first, at p99. */
  readonly times: number;
}

/**
 * Compares two faults of one name on one member in one run, the first beside the disk of its
 * write-ahead log and the last on it: under the first, 99 of 100 syncs must be quicker by `times`. What
 * the machine does by itself slows both down, so the difference is the disk's.
 */
export function fsyncSpared({ fault, times }: FsyncSparedOptions): Assertion {
  return {
    name: judged.assertion,
    options: { fault, times },
    judge: (run) => judgeRun(run, fault, times),
  };
}

function judgeRun(run: RecordedRun, fault: string, times: number): Verdict {
  const windows = faultWindows(run).filter((window) => injecting(run, window)?.name === fault);
  const [beside, on] = [windows[0], windows.at(-1)];
  if (beside === undefined || on === undefined || beside === on)
    return notExercised(judged, `no two faults \`${fault}\` were injected to be compared`);
  const [member] = injecting(run, beside)?.targets ?? [];
  if (member === undefined || injecting(run, on)?.targets[0] !== member)
    return notExercised(judged, `the faults \`${fault}\` were not at the same member`);

  const before = fsyncTimes(run, member, { fromMs: 0, toMs: beside.injectingMs });
  const [spared, struck] = [beside, on].map(({ injectedMs, endsMs }) =>
    fsyncTimes(run, member, { fromMs: injectedMs, toMs: endsMs }),
  );
  const found = {
    counts: { syncsBeside: spared?.syncs ?? 0, syncsOn: struck?.syncs ?? 0 },
    measurements: [
      ...measured(member, 'before', 'in quiet', before),
      ...measured(member, 'beside', `with "${beside.title}"`, spared),
      ...measured(member, 'on', `with "${on.title}"`, struck),
    ],
  };
  const doubts = [...beside.doubts, ...on.doubts];
  if (spared === undefined || struck === undefined || doubts.length > 0) {
    const gaps = doubts.length > 0 ? doubts : [`${member} told of no syncs of its log under one of them`]; // prettier-ignore
    return conclude(judged, { ...found, violations: [], gaps }, '');
  }
  const seen = struck.p99Ms / spared.p99Ms;
  const held = `${member} synced its log within ${at(spared)} at p99 with "${beside.title}", and within ${at(struck)} with "${on.title}": ${seen.toFixed(1)} times as long (${times} times or more asked for${before ? `; ${at(before)} in quiet` : ''})`;
  return conclude(
    judged,
    { ...found, violations: seen < times ? [{ message: held }] : [], gaps: [] },
    held,
  );
}

const injecting = (run: RecordedRun, { fault }: FaultWindow) =>
  eventsOf(run, 'fault.injecting').find((event) => event.fault === fault);

const at = ({ p99Ms }: FsyncTimes): string => formatDuration(Math.round(p99Ms));

const measured = (
  member: string,
  name: string,
  when: string,
  times: FsyncTimes | undefined,
): Measurement[] =>
  times
    ? [
        {
          name: `fsync.p99.${member}.${name}`,
          label: `WAL sync p99 of ${member} ${when}`,
          value: times.p99Ms,
          unit: 'ms',
        },
      ]
    : [];
