import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import type { ClusterFacts, Refusal } from '../upgrade/facts.ts';
import { preflight } from '../upgrade/preflight.ts';
import { readFacts } from '../upgrade/read-facts.ts';
import { minorOf } from '../upgrade/versions.ts';
import { snapshotIndex } from './snapshot-index.ts';
import { awaitVersion, type Pace } from './upgrade-cluster.ts';
import type { UpgradeStage } from './upgrade-member.ts';
import { writeSnapshots } from './write-snapshots.ts';

/** What may pass by itself on a healthy cluster: a member that answers late, an election. */
const passing: ReadonlySet<Refusal['rule']> = new Set(['unwell', 'unsettled']);
const settlesWithinMs = 15_000;

/** What the run knows of its cluster, and no member tells. */
export interface History {
  readonly oldEntriesUpTo: ClusterFacts['oldEntriesUpTo'];
  /** Names of members that were promoted from learners. */
  readonly promoted: readonly string[];
}

/**
 * Asks the pre-flight whether the cluster can be changed to `to`, and does first what it asks for
 * where that can be done on the spot: a snapshot of every member.
 *
 * @throws DrillError where it refuses all the same, with its reasons and what to do first
 */
export async function clearForUpgrade(
  stage: UpgradeStage,
  to: string,
  history: History,
  pace: Pace,
): Promise<void> {
  const { oldEntriesUpTo } = history;
  const refusals = await look(stage, to, history);
  const [only, ...others] = refusals;
  if (only?.rule === 'old-entries' && others.length === 0 && oldEntriesUpTo !== 'unknown') {
    await writeSnapshots(stage, oldEntriesUpTo, pace);
    // A member that was killed is back with the storage version it had last written down.
    for (const version of new Set(stage.cluster.members.map(({ image }) => image.version)))
      await awaitVersion(stage, version);
    refuse(to, await look(stage, to, history));
  } else refuse(to, refusals);
}

function look({ cluster, step, observe, load }: UpgradeStage, to: string, history: History) {
  return step(`ask the pre-flight for ${to}`, async () => {
    const { members } = cluster;
    const deadline = performance.now() + settlesWithinMs;
    let refusals = await ask(members, to, history);
    const doubt = refusals.find(({ rule }) => passing.has(rule));
    if (doubt !== undefined) observe('pre-flight-again', { to, rule: doubt.rule, why: doubt.why });
    while (refusals.some(({ rule }) => passing.has(rule)) && performance.now() < deadline) {
      await load.run('500ms');
      refusals = await ask(members, to, history);
    }
    for (const { rule, why, first } of refusals) observe('pre-flight', { to, rule, why, first });
    return refusals;
  });
}

async function ask(members: readonly Member[], to: string, history: History): Promise<Refusal[]> {
  const isNeeded = minorOf(to) >= 7 && history.oldEntriesUpTo !== 0;
  const indices = isNeeded ? await snapshotIndices(members) : new Map<string, number>();
  const facts = await readFacts(
    members.map(({ name, clientAddress, admin }) => ({ name, address: clientAddress, admin })),
    {
      oldEntriesUpTo: history.oldEntriesUpTo,
      wasLearner: (name) => history.promoted.includes(name),
      snapshotIndex: (name) => indices.get(name) ?? 'unknown',
    },
  );
  return preflight(facts, to);
}

async function snapshotIndices(members: readonly Member[]): Promise<Map<string, number>> {
  const looks = members.map(async (each) => [each.name, await snapshotIndex(each)] as const);
  return new Map(await Promise.all(looks));
}

function refuse(to: string, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  const reasons = refusals.map(({ why, first }) => `  ${why}. First: ${first}`);
  throw new DrillError(`The pre-flight refuses the change to ${to}:\n${reasons.join('\n')}`);
}
