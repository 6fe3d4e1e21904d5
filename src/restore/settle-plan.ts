import { randomUUID } from 'node:crypto';
import { verifyBackup } from '../backup/verify-backup.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { Tool } from './find-tool.ts';
import { type Address, addressesOf, askAll, type Asked, refuseLiving } from './living-members.ts';
import { refuseOccupied } from './member-folders.ts';
import { localMembers, type PlannedMember } from './planned-member.ts';
import { refuseLeftOut, refuseMixedUp, refuseNewer } from './refuse-unfit.ts';
import type { RestorePlan } from './restore-files.ts';

export interface RestoreRequest {
  readonly snapshot: string;
  readonly members: readonly PlannedMember[];
  /** Of the old cluster: `host:port`; nobody may answer there. */
  readonly endpoints: readonly string[];
  readonly token?: string;
  readonly bump?: number;
  /** The members' names, addresses or number are not those of the cluster that was backed up. */
  readonly newAddresses: boolean;
  readonly findTool: () => Promise<Tool>;
}

/** A plan that nothing speaks against, and what it restores. */
export interface SettledRestore {
  readonly plan: RestorePlan;
  readonly summary: SnapshotSummary;
  /** Everywhere that a member of the old or of the new cluster could be. */
  readonly asked: readonly Asked[];
}

/**
 * Looks at everything that can be refused before anything is touched: the backup from end to end,
 * the members, the data directories, the tool's version, and whether the old cluster lives.
 */
export async function settlePlan(request: RestoreRequest): Promise<SettledRestore> {
  const { snapshot, members, bump } = request;
  await refuseOccupied(localMembers({ members }));
  const { summary } = await verifyBackup(snapshot);
  if (!request.newAddresses) {
    refuseMixedUp(summary, members);
    refuseLeftOut(summary, members);
  }
  const asked = await askAll(placesOf(request, summary));
  refuseLiving(asked);
  const tool = await request.findTool();
  refuseNewer(summary, tool.version);
  const token = request.token ?? `drill-${randomUUID()}`;
  const plan = { snapshot, members, token, tool, ...(bump !== undefined && { bump }) };
  return { plan, summary, asked };
}

/** The old members are asked even where nobody named them: one that is planned alone is not alone. */
function placesOf(
  { endpoints, members }: RestoreRequest,
  summary: Pick<SnapshotSummary, 'members'>,
): Address[] {
  const planned = members.flatMap(({ peerUrls }) => peerUrls);
  const former = summary.members.flatMap(({ peerUrls }) => peerUrls);
  const isElsewhere = !former.some((url) => planned.includes(url));
  const named = [...endpoints.map((address) => `http://${address}`), ...planned];
  if (!isElsewhere) return addressesOf([...named, ...former]);
  return [...addressesOf(named), ...addressesOf(former, { isBeside: true })];
}
