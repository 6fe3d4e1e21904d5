import { durationMs, formatDuration, type Duration } from '../duration.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { quorum } from '../quorum.ts';
import type { Measurement, Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { membersAt } from './evidence/cluster.ts';
import { conclude, notExercised } from './evidence/conclude.ts';
import { faultWindows, type FaultWindow } from './evidence/fault-windows.ts';
import { fsyncTimes } from './evidence/fsync-times.ts';

const judged = { assertion: 'fsync-within', title: 'Write-ahead logs are synced in time' };

export interface FsyncWithinOptions {
  readonly p99: Duration;
  /**
   * Whose: `quorum`, the fastest majority, as a write is committed when a majority has synced it;
   * `targets`, every member that the fault is on.
   */
  readonly of: 'quorum' | 'targets';
}

/**
 * While a fault was in place, 99 of 100 syncs of the write-ahead log took no longer than `p99`, by
 * the members' own histogram (`etcd_disk_wal_fsync_duration_seconds`, sampled once a second). Of a
 * `quorum` the slowest of its members counts. Every member is measured, and before the fault, too.
 */
export function fsyncWithin({ p99, of }: FsyncWithinOptions): Assertion {
  const boundMs = durationMs(p99);
  return {
    name: judged.assertion,
    options: { p99: boundMs, of },
    judge: (run) => judgeRun(run, boundMs, of),
  };
}

function judgeRun(run: RecordedRun, boundMs: number, of: FsyncWithinOptions['of']): Verdict {
  const windows = faultWindows(run);
  if (windows.length === 0) return notExercised(judged, 'no fault was injected in this run');
  const found = windows.map((window) => judgeFault(run, window, boundMs, of));
  return conclude(
    judged,
    {
      violations: found.flatMap(({ broken }) => broken).map((message) => ({ message })),
      gaps: found.flatMap(({ gaps }) => gaps),
      counts: { faults: windows.length, syncs: found.reduce((sum, { syncs }) => sum + syncs, 0) },
      measurements: worst(found.flatMap(({ measurements }) => measurements)),
    },
    found.map(({ held }) => held).join('; '),
  );
}

function judgeFault(
  run: RecordedRun,
  window: FaultWindow,
  boundMs: number,
  of: FsyncWithinOptions['of'],
) {
  const { title, injectingMs, injectedMs, endsMs } = window;
  const members = membersAt(run, injectingMs);
  const targets = targetsOf(run, window);
  const times = members.map((member) => ({
    member,
    before: fsyncTimes(run, member, { fromMs: 0, toMs: injectingMs }),
    during: fsyncTimes(run, member, { fromMs: injectedMs, toMs: endsMs }),
  }));
  // A member that could sync nothing, or did not answer, is slower than any that did.
  const byPace = times
    .map(({ member, during }) => ({ member, p99Ms: during?.p99Ms ?? Infinity }))
    .toSorted((one, other) => one.p99Ms - other.p99Ms);
  const considered =
    of === 'quorum'
      ? byPace.slice(0, quorum(members.length))
      : byPace.filter(({ member }) => targets.includes(member));
  const slowest = considered.at(-1);
  const measurements = times.flatMap(({ member, before, during }) => [
    ...(before ? [measured(`fsync.p99.${member}.before`, `WAL sync p99 of ${member} before the fault`, before.p99Ms)] : []), // prettier-ignore
    ...(during ? [measured(`fsync.p99.${member}`, `WAL sync p99 of ${member} under the fault`, during.p99Ms)] : []), // prettier-ignore
  ]);
  const syncs = times.reduce((sum, { during }) => sum + (during?.syncs ?? 0), 0);
  const none = slowest === undefined || slowest.p99Ms === Infinity;
  const gaps = [
    ...window.doubts,
    ...(none ? [`too few members told of syncs of their logs under "${title}"`] : []),
  ];
  if (gaps.length > 0 || none) return { broken: [], gaps, held: '', syncs, measurements };
  const whose =
    of === 'quorum' ? `the slowest of the fastest majority, ${slowest.member},` : slowest.member;
  const held = `under "${title}" ${whose} synced its log within ${formatDuration(Math.round(slowest.p99Ms))} at p99 (bound ${formatDuration(boundMs)})`;
  return { broken: slowest.p99Ms > boundMs ? [held] : [], gaps, held, syncs, measurements };
}

const measured = (name: string, label: string, value: number): Measurement => ({
  name,
  label,
  value,
  unit: 'ms',
});

function targetsOf(run: RecordedRun, { fault }: FaultWindow): readonly string[] {
  return eventsOf(run, 'fault.injecting').find((event) => event.fault === fault)?.targets ?? [];
}

/** Of several faults the slowest counts. */
function worst(measurements: readonly Measurement[]): Measurement[] {
  return [...Map.groupBy(measurements, ({ name }) => name).values()].map((same) =>
    same.reduce((slowest, next) => (next.value > slowest.value ? next : slowest)),
  );
}
