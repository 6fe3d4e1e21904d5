import { join } from 'node:path';
import { runOnce } from '../engine/run-once.ts';
import { DrillError } from '../errors.ts';
import { runProgram } from '../setup/run-program.ts';
import type { Tool } from './find-tool.ts';
import { fillFolders, refuseOccupied, unfinished } from './member-folders.ts';
import {
  initialCluster,
  type LocalMember,
  localMembers,
  type PlannedMember,
} from './planned-member.ts';

/** All that a restore does, settled before it begins. */
export interface RestorePlan {
  readonly snapshot: string;
  /** Of the whole new cluster. */
  readonly members: readonly PlannedMember[];
  /** New for every restore: the new cluster's ids follow from it. */
  readonly token: string;
  readonly tool: Tool;
  /** The revision is raised by so many, and what is below marked as compacted. */
  readonly bump?: number;
}

const toolWithinMs = 3_600_000;

/**
 * Makes the data directories of this host's members: all beside their places first, then all in
 * them, so that a snapshot the tool refuses, or an interrupt, leaves every one as it was.
 */
export async function restoreFiles(plan: RestorePlan, signal?: AbortSignal): Promise<void> {
  const members = localMembers(plan);
  await refuseOccupied(members);
  await fillFolders(members, async () => {
    for (const member of members) await runTool(plan, member, signal);
  });
}

async function runTool(
  plan: RestorePlan,
  member: LocalMember,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { tool, snapshot } = plan;
  const { dataDir, walDir } = member;
  if (tool.kind === 'host') {
    const args = restoreArguments(plan, member, snapshot);
    const env = Object.fromEntries(tool.environment.map((each) => each.split('=', 2)));
    const late = AbortSignal.timeout(toolWithinMs);
    const ends = signal === undefined ? late : AbortSignal.any([late, signal]);
    try {
      await runProgram(tool.path, args, { env, signal: ends });
    } finally {
      signal?.throwIfAborted();
    }
    return;
  }
  const { status, output } = await runOnce(tool.engine, {
    image: tool.image.reference,
    command: [
      tool.program,
      ...restoreArguments(
        plan,
        { ...member, dataDir: '/restored', ...(walDir !== undefined && { walDir: '/log' }) },
        '/snapshot.db',
      ),
    ],
    environment: tool.environment,
    user: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    hostConfig: {
      // No network, by default; a source that is not there is an error, and not made.
      Mounts: [
        { Type: 'bind', Source: snapshot, Target: '/snapshot.db', ReadOnly: true },
        { Type: 'bind', Source: dataDir, Target: '/restored' },
        ...(walDir === undefined
          ? []
          : [{ Type: 'bind' as const, Source: walDir, Target: '/log' }]),
      ],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
    },
    deadlineMs: toolWithinMs,
    ...(signal && { signal }),
  });
  if (status === 0) return;
  throw new DrillError(
    `\`${tool.program} snapshot restore\` of etcd ${tool.version} failed for ${member.name} (status ${status}): ${output.trim().split('\n').at(-1) ?? ''}. Nothing was put in place.`,
  );
}

function restoreArguments(
  { members, token, bump }: RestorePlan,
  { name, peerUrls, dataDir, walDir }: LocalMember,
  snapshot: string,
): string[] {
  return [
    'snapshot',
    'restore',
    snapshot,
    `--name=${name}`,
    `--initial-cluster=${initialCluster(members)}`,
    `--initial-cluster-token=${token}`,
    `--initial-advertise-peer-urls=${peerUrls.join(',')}`,
    `--data-dir=${join(dataDir, unfinished)}`,
    ...(walDir === undefined ? [] : [`--wal-dir=${join(walDir, unfinished)}`]),
    ...(bump === undefined ? [] : [`--bump-revision=${bump}`, '--mark-compacted']),
  ];
}
