import { randomUUID } from 'node:crypto';
import { verifyBackup } from '../backup/verify-backup.ts';
import type { SnapshotSummary } from '../snapshot/open-snapshot.ts';
import type { Tool } from './find-tool.ts';
import { addressesOf, refuseLiving } from './living-members.ts';
import type { PlannedMember } from './planned-member.ts';
import { refuseMixedUp, refuseNewer } from './refuse-unfit.ts';
import { localMembers, refuseOccupied, type RestorePlan } from './restore-files.ts';

export interface RestoreRequest {
  readonly snapshot: string;
  readonly members: readonly PlannedMember[];
  /** Of the old cluster: `host:port`; nobody may answer there. */
  readonly endpoints: readonly string[];
  readonly token?: string;
  readonly bump?: number;
  /** The members' names or addresses are not those of the cluster that was backed up. */
  readonly newAddresses: boolean;
  readonly findTool: () => Promise<Tool>;
}

/** A plan that nothing speaks against, and what it restores. */
export interface SettledRestore {
  readonly plan: RestorePlan;
  readonly summary: SnapshotSummary;
  readonly asked: readonly string[];
}

/**
 * Looks at everything that can be refused before anything is touched: the backup from end to end,
 * the members, the data directories, the tool's version, and whether the old cluster lives.
 */
export async function settlePlan(request: RestoreRequest): Promise<SettledRestore> {
  const { snapshot, members, endpoints, bump } = request;
  const addresses = addressesOf(endpoints, members);
  await refuseLiving(addresses);
  await refuseOccupied(localMembers({ members }));
  const { summary, manifest } = await verifyBackup(snapshot);
  if (!request.newAddresses) refuseMixedUp(manifest ?? summary, members);
  const tool = await request.findTool();
  refuseNewer(summary, tool.version);
  const token = request.token ?? `drill-${randomUUID()}`;
  const plan = { snapshot, members, token, tool, ...(bump !== undefined && { bump }) };
  return { plan, summary, asked: addresses.map(({ text }) => text) };
}
