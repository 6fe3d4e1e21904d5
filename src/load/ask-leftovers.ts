import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import type { Operation, Outcome, RangeRequest } from '../history/operation.ts';
import { recordedClient } from './recorded-client.ts';

/** Revisions asked about at most: each takes two reads of the keyspace. */
export const mostLeftovers = 50;
const pageKeys = 1000;
const deadlineMs = 2000;
const compacted = 'etcdserver: mvcc: required revision has been compacted';

/** What was asked, and what it cost. */
export interface LeftoversAsked {
  readonly revisions: number;
  /** Compacted, or not answered in time. */
  readonly unanswered: number;
}

/**
 * Asks the cluster what happened at revisions that no watcher was sent and no client was told of:
 * the whole keyspace as it was at each and at the one before, so that what was put and what was
 * deleted can be told. Recorded as reads of the past, they are evidence like any other.
 */
export async function askLeftovers(
  clients: readonly EtcdClient[],
  revisions: readonly number[],
  options: { readonly nowMs: () => number; readonly sink: HistorySink; readonly withinMs: number },
): Promise<LeftoversAsked> {
  const { nowMs, sink, withinMs } = options;
  const giveUpMs = nowMs() + withinMs;
  let askers = clients.map((client) =>
    recordedClient(client, { nowMs, sink, deadlineMs, requireLeader: true }),
  );
  const asked = new Set<number>();
  const ask = async (revision: number): Promise<boolean> => {
    if (asked.has(revision)) return true;
    for (const asker of askers) {
      if (nowMs() >= giveUpMs) return false;
      const outcome = await readAt(revision, (request) => asker.perform(request));
      if (outcome.status === 'ok') {
        // The next is asked of it first: one that is cut off or a learner costs its time only once.
        askers = [asker, ...askers.filter((other) => other !== asker)];
        return asked.add(revision).has(revision);
      }
      if (outcome.error.message === compacted) return false; // there, so everywhere
    }
    return false;
  };
  let unanswered = 0;
  for (const revision of revisions) {
    const both = (await ask(revision - 1)) && (await ask(revision));
    if (!both) unanswered += 1;
  }
  return { revisions: revisions.length, unanswered };
}

/** Page by page; resolves with the first outcome that is no answer, else with the last one. */
async function readAt(
  revision: number,
  perform: (request: RangeRequest) => Promise<Outcome>,
): Promise<Operation['outcome']> {
  let request: RangeRequest = { kind: 'range', key: '\0', end: '\0', revision, limit: pageKeys };
  while (true) {
    const outcome = await perform(request);
    if (outcome.status !== 'ok' || outcome.result.kind !== 'range') return outcome;
    const { kvs, count } = outcome.result;
    const last = kvs.at(-1);
    if (last === undefined || kvs.length >= count) return outcome;
    request = { ...request, key: `${last.key}\0` };
  }
}
