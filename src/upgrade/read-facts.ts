import type { EtcdAdmin } from '../etcd/admin.ts';
import { DrillError, messageOf } from '../errors.ts';
import type { ClusterFacts, MemberFacts } from './facts.ts';
import type { EtcdTarget } from '../etcd/client.ts';
import { type MemberVersion, readVersion } from './read-version.ts';

/** A member as a pre-flight reaches it. */
export interface FactsTarget extends Pick<EtcdTarget, 'address' | 'tls'> {
  readonly name: string;
  readonly admin: EtcdAdmin;
}

/** What no member tells of itself; see `ClusterFacts`. */
export interface Untold {
  readonly oldEntriesUpTo: ClusterFacts['oldEntriesUpTo'];
  readonly wasLearner: (name: string) => MemberFacts['wasLearner'];
  readonly snapshotIndex: (name: string) => MemberFacts['snapshotIndex'];
}

/** Asks each member what a pre-flight has to know. @throws DrillError where none answers */
export async function readFacts(
  targets: readonly FactsTarget[],
  untold: Untold,
): Promise<ClusterFacts> {
  const asked = await Promise.all(targets.map((target) => ask(target, untold)));
  const versions = asked.flatMap(({ version }) => version ?? []);
  const [any] = versions;
  if (any === undefined) {
    const who = targets.map(({ address }, index) => `${address} (${asked[index]?.member.unwell})`);
    throw new DrillError(
      `No member could be asked: ${who.join(', ')}. Are they up, are these client addresses, and do they let in who asks (\`--cacert\`, \`--cert\`, \`--key\`, \`--user\`)?`,
    );
  }
  const told = versions.find(({ cluster }) => cluster !== undecided);
  if (told === undefined)
    throw new DrillError(
      `The cluster has not decided on its version yet (\`${undecided}\`): it has no leader, or has just begun. Wait until \`/version\` of a member tells one, and ask again.`,
    );
  const downgradesTo = asked.find((each) => each.downgradesTo !== undefined)?.downgradesTo;
  return {
    clusterVersion: told.cluster,
    oldEntriesUpTo: untold.oldEntriesUpTo,
    members: asked.map(({ member }) => member),
    ...(downgradesTo === undefined ? {} : { downgradesTo }),
  };
}

const undecided = 'not_decided';

interface Asked {
  readonly member: MemberFacts;
  readonly version?: MemberVersion;
  readonly downgradesTo?: string;
}

async function ask(target: FactsTarget, untold: Untold): Promise<Asked> {
  const { name, admin } = target;
  const known = { name, wasLearner: untold.wasLearner(name) };
  const snapshotIndex = untold.snapshotIndex(name);
  try {
    const [status, version, alarms] = await Promise.all([
      admin.status(),
      readVersion(target),
      admin.alarms(),
    ]);
    const { downgradesTo, quotaBytes, storageVersion, errors, isLearner, dbSizeBytes } = status;
    const own = alarms.filter(({ memberId }) => memberId === status.memberId);
    const leaderless = status.leader === undefined ? ['it knows of no leader'] : [];
    const [unwell] = [...leaderless, ...errors];
    return {
      version,
      ...(downgradesTo === undefined ? {} : { downgradesTo }),
      member: {
        ...known,
        id: status.memberId,
        version: status.version,
        isLearner,
        alarms: own.map(({ alarm }) => alarm),
        dbSizeBytes,
        snapshotIndex,
        ...(storageVersion === undefined ? {} : { storageVersion }),
        ...(quotaBytes === undefined ? {} : { quotaBytes }),
        ...(unwell === undefined ? {} : { unwell }),
      },
    };
  } catch (error) {
    const silent = { version: '', isLearner: false, alarms: [], dbSizeBytes: 0, snapshotIndex };
    return { member: { ...known, ...silent, unwell: messageOf(error) } };
  }
}
