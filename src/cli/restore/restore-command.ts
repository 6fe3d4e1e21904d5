import type { PlannedMember } from '../../restore/planned-member.ts';
import type { RestorePlan } from '../../restore/restore-files.ts';
import { quoted } from '../../quoted.ts';

/** Flags that a restore has on every host, as they were given. */
export interface SharedFlags {
  readonly endpoints?: string;
  readonly etcdutl?: string;
  readonly etcd?: string;
  readonly 'new-addresses': boolean;
}

/**
 * The command that does a plan, with its token: every host's own, or the new cluster is two. `here`
 * names the one member of another host; absent: this host's, as planned.
 */
export function restoreCommand(plan: RestorePlan, flags: SharedFlags, here?: string): string {
  const option = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`--${name}`, value];
  const words = [
    'drill',
    'restore',
    plan.snapshot,
    ...plan.members.flatMap((member) => option('member', memberText(member, here))),
    ...walTexts(plan.members, here).flatMap((text) => option('wal-dir', text)),
    ...option('endpoints', flags.endpoints),
    ...option('etcdutl', flags.etcdutl),
    ...option('etcd', flags.etcd),
    ...(plan.bump === undefined ? [] : ['--bump-revision', `${plan.bump}`, '--mark-compacted']),
    ...(flags['new-addresses'] ? ['--new-addresses'] : []),
    ...option('token', plan.token),
    '--yes',
  ];
  return words.map(wordOf).join(' ');
}

/** Where this host's have a log of its own place, the others most likely have one too. */
function walTexts(members: readonly PlannedMember[], here: string | undefined): string[] {
  const own = members.flatMap(({ name, walDir }) =>
    walDir === undefined ? [] : [`${name}=${walDir}`],
  );
  return here === undefined || own.length === 0 ? own : [`${here}=WAL-DIR`];
}

/** As a shell reads it; plain words stay as they are. */
export const wordOf = (text: string): string =>
  /^[\w./:=,@+-]+$/.test(text) ? text : quoted(text);

function memberText({ name, peerUrls, dataDir }: PlannedMember, here: string | undefined): string {
  const own = name === here ? 'DATA-DIR' : undefined;
  const place = here === undefined ? dataDir : own;
  return `${name}=${peerUrls.join(',')}${place === undefined ? '' : `=${place}`}`;
}
