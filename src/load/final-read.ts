import { setTimeout as pause } from 'node:timers/promises';
import { DrillError, exitCode } from '../errors.ts';
import { openClient, type EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import type { Outcome, RangeRequest, Request } from '../history/operation.ts';
import type { LoadTarget } from './load.ts';
import type { LoadSpec } from './spec.ts';

/** Above every process id a load or a probe can reach. */
let nextProcess = 2_000_000;

const betweenAttemptsMs = 200;
const deadlineMs = 3000;
const writeWithinMs = 20_000;
const readWithinMs = 10_000;
const pageKeys = 1000;

/**
 * Ends a run's history: one acknowledged write through any member, then the whole keyspace read
 * through every member, linearizable, page by page at one revision. Everything is recorded; a
 * member that does not answer leaves its failed attempts. Resolves with the write's revision, which
 * every watcher must reach.
 */
export async function finalRead(options: {
  readonly members: readonly LoadTarget[];
  readonly spec: LoadSpec;
  readonly nowMs: () => number;
  readonly sink: HistorySink;
}): Promise<number> {
  const { members, spec, nowMs, sink } = options;
  const clients = members.map(({ name, address }) => openClient({ member: name, address }));
  const perform = async (client: EtcdClient, request: Request): Promise<Outcome> => {
    const invokedMs = nowMs();
    const outcome = await client.perform(request, { deadlineMs, requireLeader: true });
    const { member } = client.target;
    // A process id of its own for each, so that an unknown outcome never has a successor.
    sink.operation({
      client: nextProcess++,
      member,
      invokedMs,
      returnedMs: nowMs(),
      request,
      outcome,
    });
    return outcome;
  };
  try {
    const revision = await writeOnce(clients, spec, perform, nowMs);
    await Promise.all(clients.map((client) => readAll(client, perform, nowMs)));
    return revision;
  } finally {
    for (const client of clients) await client[Symbol.asyncDispose]();
  }
}

type Perform = (client: EtcdClient, request: Request) => Promise<Outcome>;

async function writeOnce(
  clients: readonly EtcdClient[],
  spec: LoadSpec,
  perform: Perform,
  nowMs: () => number,
): Promise<number> {
  const giveUpMs = nowMs() + writeWithinMs;
  let last = 'there is no member to ask';
  do {
    for (const client of clients) {
      const value = `final.${nextProcess}`;
      const outcome = await perform(client, { kind: 'put', key: `${spec.prefix}final`, value });
      if (outcome.status === 'ok') return outcome.result.revision;
      last = `${client.target.member} answered ${outcome.error.message}`;
    }
    await pause(betweenAttemptsMs);
  } while (nowMs() < giveUpMs);
  throw new DrillError(
    `No member acknowledged the write that ends the history within ${writeWithinMs} ms: ${last}.`,
    exitCode.inconclusive,
  );
}

/** Pages after the first are read at the first one's revision. */
async function readAll(client: EtcdClient, perform: Perform, nowMs: () => number): Promise<void> {
  const giveUpMs = nowMs() + readWithinMs;
  let request: RangeRequest = { kind: 'range', key: '\0', end: '\0', limit: pageKeys };
  do {
    const outcome = await perform(client, request);
    if (outcome.status !== 'ok' || outcome.result.kind !== 'range') {
      await pause(betweenAttemptsMs);
      continue;
    }
    const { kvs, count, revision } = outcome.result;
    const last = kvs.at(-1);
    if (last === undefined || kvs.length >= count) return;
    request = { ...request, key: `${last.key}\0`, revision: request.revision ?? revision };
  } while (nowMs() < giveUpMs);
}
