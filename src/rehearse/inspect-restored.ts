import type { Member } from '../cluster/member.ts';
import { exitCode, messageOf } from '../errors.ts';
import { openAdmin } from '../etcd/admin.ts';
import type { EtcdClient } from '../etcd/client.ts';
import type { Phase } from '../runner/stage.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import { eventually } from '../wait.ts';
import { compareKeyspace } from './compare-keyspace.ts';
import type { Restored, RestoredMember } from './facts.ts';
import { found } from './found.ts';
import type { RestoredCluster } from './private-cluster.ts';
import { countKeys } from './served-keys.ts';

export interface Inspection {
  readonly snapshot: SnapshotSummary;
  readonly prefixDepth: number;
  readonly signal: AbortSignal;
}

/** A cluster that has a leader. */
export interface Inspected extends Pick<RestoredCluster, 'clients'> {
  readonly members: readonly Pick<Member, 'name' | 'health'>[];
}

const writeWithinMs = 10_000;
const attemptMs = 8000;
const healthWithinMs = 15_000;
const statusWithinMs = 10_000;
const hashWithinMs = 120_000;
/** Not beside anybody's keys. */
const ownKey = 'drill/rehearsal';

/** Brings a restored cluster to its first write and to full health, and looks at what it serves. */
export async function inspectRestored(
  { members, clients }: Inspected,
  { snapshot, prefixDepth, signal }: Inspection,
  phase: Phase,
): Promise<Restored> {
  const [first] = clients;
  if (first === undefined) throw new Error('a cluster without members was restored');
  const write = await phase('first write', () => writeOnce(first, signal));
  const unhealthy = await untilHealthy(members, signal, phase);
  const comparison = await phase('compare every key and value', () =>
    found(() => compareKeyspace(snapshot, first, prefixDepth)),
  );
  return {
    write,
    comparison,
    members: await phase('ask every member', () =>
      Promise.all(clients.map((client) => lookAt(client, snapshot.revision, unhealthy))),
    ),
    alarms: await found(() => openAdmin(first).alarms()),
    keysAtEnd: await found(async () => (await countKeys(first)).keys),
  };
}

async function lookAt(
  client: EtcdClient,
  revision: number,
  unhealthy: ReadonlyMap<string, string>,
): Promise<RestoredMember> {
  const { member: name } = client.target;
  const admin = openAdmin(client);
  const reason = unhealthy.get(name);
  return {
    name,
    dbSizeBytes: await found(async () => (await admin.status(statusWithinMs)).dbSizeBytes),
    hash: await found(async () => (await admin.hashKv(revision, hashWithinMs)).hash),
    ...(reason !== undefined && { unhealthy: reason }),
  };
}

/** Refusals that asking again does not change: bad credentials, permission, space. */
const finalCodes = [3, 7, 8, 16];

async function writeOnce(client: EtcdClient, signal: AbortSignal): Promise<Restored['write']> {
  try {
    return await eventually(
      { subject: 'A write', withinMs: writeWithinMs, code: exitCode.violated, signal },
      async (): Promise<Restored['write'] | undefined> => {
        const put = { kind: 'put', key: ownKey, value: 'a write for a test' } as const;
        const outcome = await client.perform(put, { deadlineMs: attemptMs });
        if (outcome.status === 'ok')
          return { kind: 'acknowledged', revision: outcome.result.revision };
        const { code, message } = outcome.error;
        if (finalCodes.includes(code)) return { kind: 'refused', reason: message };
        throw new Error(message);
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'refused', reason: messageOf(error) };
  }
}

/** Why members are not healthy in time, by name; empty when all are, and only then it is a phase. */
async function untilHealthy(
  members: Inspected['members'],
  signal: AbortSignal,
  phase: Phase,
): Promise<ReadonlyMap<string, string>> {
  let unhealthy = new Map(members.map(({ name }) => [name, 'no answer']));
  const wait = { subject: 'Health', withinMs: healthWithinMs, code: exitCode.violated, signal };
  try {
    await phase('full health', () =>
      eventually(wait, async () => {
        unhealthy = await unhealthyOf(members);
        return unhealthy.size === 0 ? true : undefined;
      }),
    );
  } catch {
    signal.throwIfAborted(); // Else the time is up, and who is left is the answer.
  }
  return unhealthy;
}

async function unhealthyOf(members: Inspected['members']): Promise<Map<string, string>> {
  const looks = await Promise.all(
    members.map(async (member) => ({ member, health: await member.health() })),
  );
  return new Map(
    looks
      .filter(({ health }) => !health.healthy)
      .map(({ member, health }) => [
        member.name,
        health.reason ?? '`/health` says so, without a reason',
      ]),
  );
}
