import { opKind, opStatus, type Columns } from '../../columns/columns.ts';
import type { Known } from '../checks.ts';

/** What operations say about one lease. */
export interface LeaseFacts {
  /** Grants sent, whatever came of them; an id granted twice cannot be told apart. */
  grants: number;
  /** Earliest a grant was sent; Infinity where none is recorded. */
  grantSentMs: number;
  /** No expiry before this: the latest of (acknowledged renewal's invocation + TTL granted). */
  protectedUntilMs: number;
  renewedBy: number;
  /** When the last renewal, acknowledged or not, can have been taken up; plus its TTL. */
  lapsesAtMs: number;
  ttlMs: number;
  /** Lowest header revision of an acknowledged revoke, and its row. */
  revokedAt: number;
  revokedBy: number;
}

export function collectLeases(columns: Columns): LeaseFacts[] {
  const facts = columns.leases.map((): LeaseFacts => ({
    grants: 0,
    grantSentMs: Infinity,
    protectedUntilMs: -Infinity,
    renewedBy: -1,
    lapsesAtMs: -Infinity,
    ttlMs: 0,
    revokedAt: 0,
    revokedBy: -1,
  }));
  for (let op = 0; op < columns.count; op += 1) {
    const kind = columns.kind[op]!;
    if (kind < opKind.grant || kind > opKind.keepalive) continue;
    const lease = facts[columns.words[columns.offset[op]!]!]!;
    if (kind === opKind.revoke) noteRevoke(columns, op, lease);
    else noteRenewal(columns, op, lease);
  }
  return facts;
}

/** When each revision was first known to exist, by an answer or an event; Infinity if never. */
export function firstSeenMs({ columns, lastRevision }: Known['judgement']): Float64Array {
  const seen = new Float64Array(lastRevision + 2).fill(Infinity);
  const note = (revision: number, atMs: number) => {
    if (revision > 0 && revision <= lastRevision) seen[revision] = Math.min(seen[revision]!, atMs);
  };
  for (let op = 0; op < columns.count; op += 1) {
    if (columns.status[op] === opStatus.ok) note(columns.revision[op]!, columns.returnedMs[op]!);
  }
  const { records, events } = columns;
  for (let record = 0; record < records.count; record += 1) {
    const end = records.firstEvent[record + 1]!;
    for (let event = records.firstEvent[record]!; event < end; event += 1) {
      note(events.revision[event]!, records.receivedMs[record]!);
    }
  }
  for (let revision = lastRevision - 1; revision > 0; revision -= 1) {
    seen[revision] = Math.min(seen[revision]!, seen[revision + 1]!);
  }
  return seen;
}

function noteRevoke({ status, revision }: Columns, op: number, lease: LeaseFacts): void {
  if (status[op] !== opStatus.ok) return;
  if (lease.revokedBy !== -1 && lease.revokedAt <= revision[op]!) return;
  lease.revokedAt = revision[op]!;
  lease.revokedBy = op;
}

/** A keep-alive that says 0 seconds found no lease. */
function noteRenewal(columns: Columns, op: number, lease: LeaseFacts): void {
  const { kind, status, words, offset, invokedMs, returnedMs } = columns;
  if (status[op] === opStatus.failed) return;
  if (kind[op] === opKind.grant) {
    lease.grants += 1;
    lease.grantSentMs = Math.min(lease.grantSentMs, invokedMs[op]!);
  }
  const ttlMs = words[offset[op]! + 1]! * 1000;
  lease.ttlMs = Math.max(lease.ttlMs, ttlMs);
  lease.lapsesAtMs = Math.max(lease.lapsesAtMs, returnedMs[op]! + Math.max(0, ttlMs));
  if (ttlMs <= 0 || invokedMs[op]! + ttlMs <= lease.protectedUntilMs) return;
  lease.protectedUntilMs = invokedMs[op]! + ttlMs;
  lease.renewedBy = op;
}
