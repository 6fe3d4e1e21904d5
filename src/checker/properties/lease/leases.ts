import { kvWords } from '../../columns/columns.ts';
import { describe, textOf } from '../../describe.ts';
import { told } from '../../explain.ts';
import { report } from '../../findings.ts';
import { revokesByRevision } from '../../revision/credit.ts';
import { entriesOf } from '../../revision/event-log.ts';
import type { Known, Look } from '../checks.ts';
import { collectLeases, firstSeenMs, type LeaseFacts } from './lease-facts.ts';

type LeaseProperty =
  `lease.${'no-early-expiry' | 'revoke-complete' | 'attach-valid' | 'eventual-expiry'}`;

/** etcd's promises about leases, judged by the TTL that was granted. */
export function lookAtLeases(known: Known): Record<LeaseProperty, Look> {
  if (known.judgement.columns.leases.length === 1) return noLeases;
  const leases = collectLeases(known.judgement.columns);
  const expiries = checkExpiries(known, leases);
  const attached = checkAttachments(known, leases);
  const revokes = checkRevokes(known);
  const lapsed = checkLapsed(known, leases);
  const counts = { leases: leases.length - 1, expiries, attached, revokes, lapsed };
  const look = (notExercised: string | false): Look =>
    notExercised === false ? untilHole(known, counts) : { counts, notExercised };
  return {
    'lease.no-early-expiry': look(attached === 0 && 'no key was attached to a lease'),
    'lease.revoke-complete': look(revokes === 0 && 'no revoke was acknowledged'),
    'lease.attach-valid': look(attached === 0 && 'no key was attached to a lease'),
    'lease.eventual-expiry': look(lapsed === 0 && 'no lease was left to lapse long enough'),
  };
}

const none: Look = { counts: {}, notExercised: 'no lease was used' };
const noLeases: Record<LeaseProperty, Look> = {
  'lease.no-early-expiry': none,
  'lease.revoke-complete': none,
  'lease.attach-valid': none,
  'lease.eventual-expiry': none,
};

/** Returns the number of expiries: deletions that only a lease's end explains. */
function checkExpiries({ judgement, byRevision }: Known, leases: readonly LeaseFacts[]): number {
  const { columns, findings } = judgement;
  const seenMs = firstSeenMs(judgement);
  let expiries = 0;
  for (const { revision, candidates, expiry } of byRevision.unowned) {
    if (expiry === 0 || candidates.length > 0) continue;
    expiries += 1;
    const { grants, protectedUntilMs, renewedBy } = leases[expiry]!;
    const atMs = seenMs[revision]!;
    if (grants > 1 || atMs >= protectedUntilMs) continue;
    report(findings['lease.no-early-expiry'], 'early-expiry', [renewedBy], atMs, () => {
      const earlyMs = Math.round(protectedUntilMs - atMs);
      const at = revision + columns.baseRevision;
      const name = columns.leases[expiry];
      return `the keys of lease ${name} were deleted at revision ${at}, at least ${earlyMs} ms early: ${describe(columns, renewedBy, 'pluperfect')}`;
    });
  }
  return expiries;
}

/** Returns the number of puts with a lease. */
function checkAttachments({ judgement, byRevision }: Known, leases: readonly LeaseFacts[]): number {
  const { columns, findings, slot } = judgement;
  const expiredAt = new Map<number, number>();
  for (const { revision, candidates, expiry } of byRevision.unowned) {
    if (expiry !== 0 && candidates.length === 0) expiredAt.set(expiry, revision);
  }
  let attached = 0;
  for (const { revision, lease, value } of entriesOf(byRevision)) {
    if (lease === 0 || value === -1) continue;
    attached += 1;
    const op = slot[revision] ?? -1;
    if (op === -1) continue;
    const why = invalidBecause(
      columns,
      op,
      revision,
      leases[lease]!,
      expiredAt.get(lease) ?? Infinity,
    );
    if (why === undefined) continue;
    const operations = [leases[lease]!.revokedBy, op];
    report(
      findings['lease.attach-valid'],
      why.kind,
      operations,
      columns.returnedMs[op]!,
      () => `${told(columns, op)} with lease ${columns.leases[lease]}, ${why.reason}`,
    );
  }
  return attached;
}

function invalidBecause(
  columns: Known['judgement']['columns'],
  op: number,
  revision: number,
  lease: LeaseFacts,
  expiredAt: number,
): { readonly kind: string; readonly reason: string } | undefined {
  const wholeLife = columns.initial.length === 0 && columns.baseRevision === 0;
  if (lease.grants === 0) {
    if (!wholeLife) return undefined;
    return { kind: 'never-granted', reason: 'which was never granted' };
  }
  if (columns.returnedMs[op]! < lease.grantSentMs) {
    return { kind: 'before-grant', reason: 'which was granted only later' };
  }
  if (lease.grants > 1) return undefined;
  if (lease.revokedBy !== -1 && lease.revokedAt < revision) {
    const at = lease.revokedAt + columns.baseRevision;
    return { kind: 'after-revoke', reason: `which had been revoked by revision ${at}` };
  }
  if (expiredAt >= revision) return undefined;
  const at = expiredAt + columns.baseRevision;
  return { kind: 'after-expiry', reason: `which had expired by revision ${at}` };
}

/** Returns the number of acknowledged revokes: at the revision in its header no attached key lives. */
function checkRevokes({ judgement, byRevision }: Known): number {
  const { columns, findings } = judgement;
  const { revision: headers, words, offset } = columns;
  const revokes = [...revokesByRevision(judgement).values()].flat();
  const due = revokes.toSorted((a, b) => headers[a]! - headers[b]!);
  const keysOf = columns.leases.map(() => new Set<number>());
  for (let at = 0; at < columns.initial.length; at += kvWords) {
    keysOf[columns.initial[at + 5]!]!.add(columns.initial[at]!);
  }
  const settle = (before: number) => {
    while (due[0] !== undefined && headers[due[0]]! < before) {
      const op = due.shift()!;
      const [key] = keysOf[words[offset[op]!]!]!;
      if (key === undefined) continue;
      report(
        findings['lease.revoke-complete'],
        'key-survived',
        [op],
        columns.returnedMs[op]!,
        () =>
          `${told(columns, op)}, but ${textOf(columns.keys[key])} attached to it was still there`,
      );
    }
  };
  if (revokes.length === 0) return 0;
  for (const { revision, key, value, lease, before } of entriesOf(byRevision)) {
    settle(revision);
    if (before.lease !== 0) keysOf[before.lease]!.delete(key);
    if (value !== -1 && lease !== 0) keysOf[lease]!.add(key);
  }
  settle(byRevision.knownTo + 1);
  return revokes.length;
}

/** Returns the number of leases that had every chance to expire; advisory, for expiry has no bound. */
function checkLapsed({ judgement, byRevision }: Known, leases: readonly LeaseFacts[]): number {
  const { columns, findings, lastRevision } = judgement;
  if (byRevision.knownTo < lastRevision) return 0;
  const { attached } = byRevision.replay.machine;
  const endMs = lastMoment(columns);
  let lapsed = 0;
  for (let lease = 1; lease < leases.length; lease += 1) {
    const { lapsesAtMs, ttlMs, grants } = leases[lease]!;
    if (grants === 0 || endMs <= lapsesAtMs + 2 * ttlMs + graceMs) continue;
    lapsed += 1;
    if (attached[lease] === 0) continue;
    report(
      findings['lease.eventual-expiry'],
      'still-there',
      [leases[lease]!.renewedBy],
      endMs,
      () => {
        const overdueMs = Math.round(endMs - lapsesAtMs);
        return `lease ${columns.leases[lease]} should have expired ${overdueMs} ms before the end, but ${attached[lease]} of its keys live`;
      },
    );
  }
  return lapsed;
}

/** What elections in between may add to a lease, beyond twice its TTL. */
const graceMs = 10_000;

function lastMoment({ returnedMs, records }: Known['judgement']['columns']): number {
  let lastMs = 0;
  for (const eachMs of returnedMs) if (eachMs !== Infinity) lastMs = Math.max(lastMs, eachMs);
  for (const eachMs of records.receivedMs) lastMs = Math.max(lastMs, eachMs);
  return lastMs;
}

function untilHole({ byRevision, judgement }: Known, counts: Look['counts']): Look {
  if (byRevision.knownTo >= judgement.lastRevision) return { counts };
  const knownTo = byRevision.knownTo + judgement.columns.baseRevision;
  return { counts, unknown: `what was written after revision ${knownTo} is not known` };
}
