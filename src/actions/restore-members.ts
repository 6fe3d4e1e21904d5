import { randomUUID } from 'node:crypto';
import { allSettled } from '../cluster/all-settled.ts';
import { peerUrl } from '../cluster/build-member.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { DrillError } from '../errors.ts';
import type { Phase } from '../runner/stage.ts';
import { restoreTool } from './restore-tool.ts';

/** What is restored, and how. */
export interface Restore {
  /** Path of the snapshot on this machine. */
  readonly snapshot: string;
  /**
   * Raises the revision by so many and marks everything up to it as compacted, so that a client that
   * remembers revisions of the old cluster is told, instead of waiting for them in silence.
   */
  readonly bump?: number;
}

/** The cluster that restored files make a member of; a new one of those restored, where not named. */
export interface RestoredInto {
  /** All its members. */
  readonly members: readonly Member[];
  readonly token: string;
}

/** The tool did not make a member of the snapshot; its own words are in the message. */
export class SnapshotRefused extends DrillError {}

const electsWithin = '30s';
/** What an exit code has beyond it is the signal that ended the program. */
const killed = 128;
const toolWithinMs = 10 * 60_000;

/**
 * Makes all members of a cluster a new one that begins with a snapshot: stops them, restores their
 * files, starts them and waits for a leader, each a phase. The old cluster's data is gone then. Call
 * it in `beginEpoch`: nobody may write before the state that it begins with is known.
 */
export async function restoreMembers(
  cluster: Pick<Cluster, 'members' | 'elects' | 'renew'>,
  restore: Restore,
  phase: Phase,
): Promise<void> {
  const { members } = cluster;
  // Not an orderly stop, which waits for clients that watch: what it would save is replaced.
  const alive = members.filter(({ state }) => state === 'running' || state === 'paused');
  await phase('stop', () => allSettled(alive.map((member) => member.kill())));
  await phase('restore', () => restoreFiles(members, restore));
  cluster.renew();
  await phase('start', () => allSettled(members.map((member) => member.start())));
  await phase('elect', () => cluster.elects({ within: electsWithin }));
}

/**
 * Replaces the files of members that do not run by those of a snapshot, as the members of one new
 * cluster, with the tool that each member's own etcd comes with. Where the tool refuses the snapshot,
 * the member's files stay as they were.
 */
export async function restoreFiles(
  members: readonly Member[],
  restore: Restore,
  // A new cluster's ids follow from its token: no member of the old one can join it by mistake.
  into: RestoredInto = { members, token: `drill-${randomUUID()}` },
): Promise<void> {
  const running = members.find(({ state }) => state === 'running' || state === 'paused');
  if (running) {
    throw new DrillError(
      `${running.name} is ${running.state}, and its files can only be replaced while it is not: stop it first.`,
    );
  }
  const cluster = [
    `--initial-cluster=${into.members.map(peerUrl).join(',')}`,
    `--initial-cluster-token=${into.token}`,
    ...(restore.bump === undefined ? [] : [`--bump-revision=${restore.bump}`, '--mark-compacted']),
  ];
  // All are asked before the first is touched.
  const tools = members.map(({ image }) => restoreTool(image.version, restore));
  await allSettled(
    members.map(async (member, index) => {
      const tool = tools[index];
      if (tool) await restoreOne(member, restore.snapshot, tool, cluster);
    }),
  );
}

async function restoreOne(
  member: Member,
  snapshot: string,
  { program, environment }: ReturnType<typeof restoreTool>,
  cluster: readonly string[],
): Promise<void> {
  const { name, address, image } = member;
  await member.files(async (files) => {
    const hasLog = member.walDisk !== undefined;
    await files.must(`rm -rf ${beside}`);
    const { status, output } = await member.tool({
      command: [
        program,
        'snapshot',
        'restore',
        `/${fileName}`,
        `--name=${name}`,
        `--initial-advertise-peer-urls=http://${address}:2380`,
        `--data-dir=/data/${folder}`,
        ...(hasLog ? [`--wal-dir=/wal/${folder}`] : []),
        ...cluster,
      ],
      environment,
      file: { path: snapshot, name: fileName },
      deadlineMs: toolWithinMs,
    });
    if (status !== 0) {
      await files.must(`rm -rf ${beside}`); // a refused restore leaves a database behind
      if (status > killed)
        throw new DrillError(
          `\`${program} snapshot restore\` of etcd ${image.version} for ${name} was killed by signal ${status - killed}: is there memory enough? Restore again.`,
        );
      throw new SnapshotRefused(
        `\`${program} snapshot restore\` of etcd ${image.version} refused ${snapshot} for ${name} (exit code ${status}): ${reasonIn(output)}. ` +
          "The member's files are as they were; restore another snapshot.",
      );
    }
    const place = (disk: string) =>
      `rm -rf /${disk}/etcd && mv /${disk}/${folder} /${disk}/etcd && sync /${disk}/etcd`;
    await files.must([place('data'), ...(hasLog ? [place('wal')] : [])].join(' && '), 60_000);
  });
}

const fileName = 'drill-snapshot.db';
/** Beside the old files until the restore is whole. */
const folder = 'drill-restoring';
const beside = `/data/${folder} /wal/${folder}`;

/** The tool's own error; what stands before it are log lines. */
function reasonIn(output: string): string {
  const lines = output.trim().split('\n');
  const error = lines.find((line) => line.startsWith('Error: ')) ?? lines.at(-1) ?? '';
  return error.replace(/^Error: /, '').trim() || 'it printed nothing';
}
