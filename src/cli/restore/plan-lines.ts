import type { Asked } from '../../restore/living-members.ts';
import type { Tool } from '../../restore/find-tool.ts';
import { localMembers, type PlannedMember } from '../../restore/planned-member.ts';
import type { RestorePlan } from '../../restore/restore-files.ts';
import { restoredRevision } from '../../restore/restored-revision.ts';
import type { SettledRestore } from '../../restore/settle-plan.ts';
import { sizeText } from '../backup/backup-lines.ts';
import { restoreCommand, type SharedFlags, wordOf } from './restore-command.ts';

/** What a restore will do, for somebody who decides whether it shall. */
export function planLines({ plan, summary, asked }: SettledRestore, flags: SharedFlags): string[] {
  const { keys, revision, sizeBytes, sha256 } = summary;
  return [
    `restore ${plan.snapshot}`,
    `  verified: ${keys} keys at revision ${revision}, ${sizeText(sizeBytes)}, sha256 ${sha256}`,
    `  with ${toolText(plan.tool)}`,
    `  as a new cluster with the token ${plan.token}`,
    ...plan.members.map(
      (member) =>
        `    ${member.name} at ${member.peerUrls.join(',')}${member.dataDir === undefined ? ', on another host' : ` into ${placeOf(member)}`}`,
    ),
    ...answerLines(asked),
    ...revisionLines(plan, summary),
    ...inheritedLines(summary),
    ...elsewhereLines(plan, flags),
  ];
}

/** What comes after it. */
export function doneLines(plan: RestorePlan): string[] {
  return [
    ...localMembers(plan).map((member) => `restored ${member.name} into ${placeOf(member)}`),
    'Give the directories to the user that etcd runs as, start every member of the new cluster, and then',
    `  drill restore prove ${wordOf(plan.snapshot)} --endpoints HOST:PORT,…${plan.bump === undefined ? '' : ` --bump-revision ${plan.bump}`}`,
  ];
}

function placeOf({ dataDir, walDir }: PlannedMember): string {
  if (walDir === undefined) return `${dataDir}`;
  return `${dataDir}, its log into ${walDir} (start it with \`--wal-dir=${walDir}\`)`;
}

function toolText(tool: Tool): string {
  const place = tool.kind === 'host' ? tool.path : `in Docker, image ${tool.image.source}`;
  return `${tool.program} of etcd ${tool.version} (${place}); start it with etcd ${tool.version}`;
}

/** A port that is closed tells more than silence, and a second cluster is somebody's decision. */
function answerLines(asked: readonly Asked[]): string[] {
  const line = (answer: Asked['answer'], tell: (places: string) => string): string[] => {
    const found = asked.filter((each) => each.answer === answer);
    return found.length === 0 ? [] : [`  ${tell(found.map(({ text }) => text).join(', '))}`];
  };
  return [
    ...line('refused', (places) => `nothing listens at ${places}`),
    ...line(
      'silent',
      (places) =>
        `no answer from ${places}: make sure that it is off, and not only cut off from this host`,
    ),
    ...line('unresolvable', (places) => `the old cluster's ${places} has no address any more`),
    ...line(
      'accepted',
      (places) =>
        `the old cluster LIVES at ${places}: this makes a second one beside it, and no client may write to both`,
    ),
  ];
}

function revisionLines({ bump }: RestorePlan, summary: SettledRestore['summary']): string[] {
  if (bump !== undefined)
    return [
      `  the revision goes on from ${restoredRevision(summary, bump)}; who watches from an older one is told that it was compacted`,
    ];
  return [
    `  the revision goes back to ${summary.revision}: who watches from a later one waits in silence;`,
    '    `--bump-revision 1000000000 --mark-compacted` makes etcd tell them',
  ];
}

/** What comes back with the keys, and surprises who restores in a hurry. */
function inheritedLines({ alarms, authEnabled }: SettledRestore['summary']): string[] {
  const raised = new Set(alarms.map(({ alarm }) => alarm));
  return [
    ...(authEnabled
      ? ['  authentication comes back on, with the users and passwords of then']
      : []),
    ...[...raised].map(
      (alarm) =>
        `  the alarm ${alarm} comes back: writes are refused until \`etcdctl alarm disarm\``,
    ),
  ];
}

/** The same plan with the data directory of one other member, and the same token. */
function elsewhereLines(plan: RestorePlan, flags: SharedFlags): string[] {
  const others = plan.members.filter(({ dataDir }) => dataDir === undefined);
  if (others.length === 0) return [];
  return [
    '  and on the other hosts, from a copy of the same file:',
    ...others.map(({ name }) => `    ${restoreCommand(plan, flags, name)}`),
  ];
}
