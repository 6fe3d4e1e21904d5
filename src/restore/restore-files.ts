import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runOnce } from '../engine/run-once.ts';
import { DrillError, messageOf } from '../errors.ts';
import { runProgram } from '../setup/run-program.ts';
import type { Tool } from './find-tool.ts';
import { initialCluster, type PlannedMember } from './planned-member.ts';

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

/** A member whose data goes to this host. */
export type LocalMember = PlannedMember & { readonly dataDir: string };

export const localMembers = ({ members }: Pick<RestorePlan, 'members'>): LocalMember[] =>
  members.filter((member): member is LocalMember => member.dataDir !== undefined);

/** Where a member's data is until the data of all is whole; what is killed leaves nothing else. */
const unfinished = '.drill-restoring';
/** A disk of its own has this. */
const harmless = new Set([unfinished, 'lost+found']);
const toolWithinMs = 3_600_000;

/** Throws a `DrillError` where a member's data directory has anything in it: nothing is replaced. */
export async function refuseOccupied(members: readonly LocalMember[]): Promise<void> {
  for (const { name, dataDir } of members) {
    const found = (await entriesOf(name, dataDir)).find((entry) => !harmless.has(entry));
    if (found !== undefined)
      throw new DrillError(
        `The data directory ${dataDir} of ${name} is not empty (it has ${found}), and a restore replaces nothing: move it away first (\`mv ${dataDir} ${dataDir}.old\`), or name another.`,
      );
  }
}

/**
 * Makes the data directories of this host's members: all beside their places first, then all in
 * them, so that a snapshot the tool refuses, or an interrupt, leaves every one as it was.
 */
export async function restoreFiles(plan: RestorePlan, signal?: AbortSignal): Promise<void> {
  const members = localMembers(plan);
  await refuseOccupied(members);
  const made: string[] = [];
  try {
    for (const member of members) {
      if (await inFolder(member, makeFolder)) made.push(member.dataDir);
      await inFolder(member, (dataDir) =>
        rm(join(dataDir, unfinished), { recursive: true, force: true }),
      );
    }
    for (const member of members) await runTool(plan, member, signal);
    for (const member of members) await inFolder(member, putInPlace);
  } catch (error) {
    // A tool that was told to end may still be about to.
    const patiently = { recursive: true, force: true, maxRetries: 5 };
    for (const { dataDir } of members) await rm(join(dataDir, unfinished), patiently);
    for (const dataDir of made) await rmdir(dataDir);
    throw error;
  }
}

/** Whether it was not there. What should be above it is not made: most often it is a typing error. */
async function makeFolder(path: string): Promise<boolean> {
  if (existsSync(path)) return false;
  await mkdir(path, { mode: 0o700 });
  return true;
}

async function inFolder<T>(
  { name, dataDir }: LocalMember,
  act: (dataDir: string) => Promise<T>,
): Promise<T> {
  try {
    return await act(dataDir);
  } catch (error) {
    throw new DrillError(
      `The data directory ${dataDir} of ${name} cannot be made: ${messageOf(error)}. Name one below a folder that is there, and that this user may write to.`,
      undefined,
      error,
    );
  }
}

async function entriesOf(name: string, dataDir: string): Promise<string[]> {
  try {
    return await readdir(dataDir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new DrillError(
      `The data directory ${dataDir} of ${name} cannot be read: ${messageOf(error)}. Name an empty folder that this user may write to, or one that is not there yet.`,
      undefined,
      error,
    );
  }
}

async function runTool(
  plan: RestorePlan,
  member: LocalMember,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { tool, snapshot } = plan;
  const { dataDir } = member;
  if (tool.kind === 'host') {
    const args = restoreArguments(plan, member, snapshot, join(dataDir, unfinished));
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
      ...restoreArguments(plan, member, '/snapshot.db', `/restored/${unfinished}`),
    ],
    environment: tool.environment,
    user: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    hostConfig: {
      // No network, by default; a source that is not there is an error, and not made.
      Mounts: [
        { Type: 'bind', Source: snapshot, Target: '/snapshot.db', ReadOnly: true },
        { Type: 'bind', Source: dataDir, Target: '/restored' },
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
  { name, peerUrls }: PlannedMember,
  snapshot: string,
  dataDir: string,
): string[] {
  return [
    'snapshot',
    'restore',
    snapshot,
    `--name=${name}`,
    `--initial-cluster=${initialCluster(members)}`,
    `--initial-cluster-token=${token}`,
    `--initial-advertise-peer-urls=${peerUrls.join(',')}`,
    `--data-dir=${dataDir}`,
    ...(bump === undefined ? [] : [`--bump-revision=${bump}`, '--mark-compacted']),
  ];
}

async function putInPlace(dataDir: string): Promise<void> {
  await rename(join(dataDir, unfinished, 'member'), join(dataDir, 'member'));
  await rm(join(dataDir, unfinished), { recursive: true });
  await chmod(dataDir, 0o700);
  const handle = await open(dataDir);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
