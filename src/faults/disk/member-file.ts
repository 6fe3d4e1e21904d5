import type { Session } from '../../cluster/session.ts';
import { DrillError } from '../../errors.ts';
import { choice } from '../../parameters.ts';
import type { FaultTarget } from '../fault.ts';

/** A member whose files can be reached, whether its etcd runs or not. */
export interface FileOwner extends FaultTarget {
  readonly etcdContainer: string;
  files<T>(use: (files: Session) => Promise<T>): Promise<T>;
}

/** The database, the newest segment of the write-ahead log, or the newest snapshot of Raft's state. */
export const fileKinds = ['db', 'wal', 'snapshot'] as const;
export type FileKind = (typeof fileKinds)[number];

/** What the kinds of all faults on such a file say alike. */
export const onFileKind = {
  family: 'disk',
  undo: 'irreversible',
  needs: 'no capability: a container of its own with the volumes of the member',
} as const;

export const fileChoice = choice(fileKinds, 'db', 'which file: the newest of its kind');

const patterns: Record<FileKind, string> = {
  db: '/data/etcd/member/snap/db',
  wal: '/wal/etcd/*.wal /data/etcd/member/wal/*.wal',
  snapshot: '/data/etcd/member/snap/*.snap',
};

/** Sets `$path` to a member's newest file of a kind, in a script. */
export const newestFile = (kind: FileKind): string =>
  `path=$(ls -t ${patterns[kind]} 2>/dev/null | head -n 1); [ -n "$path" ] || { echo "there is no ${kind} file (${patterns[kind]})" >&2; exit 1; }`;

/**
 * Runs a perl program on the file at `$path`, open as `$file`, of which the first `$written` bytes
 * are used: log and database are allocated ahead, with zeros.
 */
export const onFile = (mode: '<' | '+<', program: string): string => `perl -e '
open my $file, "${mode}", $ARGV[0] or die "$ARGV[0]: $!\\n"; binmode $file;
my $written = -s $file;
while ($written > 0) {
  my $length = $written < 65536 ? $written : 65536;
  seek $file, $written - $length, 0; read $file, my $block, $length;
  $block =~ s/\\0+\\z//;
  $written -= $length;
  if ($block ne "") { $written += length $block; last }
}
${program}
close $file or die "$ARGV[0]: $!\\n"' "$path"`;

/** The container of a member, and what runs `script` on its files, for people. */
export const byHandOnFiles = ({ container, etcdContainer }: FileOwner, script: string): string =>
  `docker run --rm --network none --cap-drop ALL --volumes-from ${etcdContainer} --entrypoint sh ` +
  `"$(docker inspect -f '{{.Config.Image}}' ${container})" -c '${script.replaceAll("'", `'\\''`)}'`;

/** A share of the written part of a file, in percent, as a file's beginning is 0. */
export function checkPercent(percent: number): number {
  if (percent >= 0 && percent < 100) return percent;
  throw new DrillError(`A place at ${percent} % of a file is not in it: use 0 to 99.`);
}
