import { DrillError } from '../../errors.ts';

/** What `--bump-revision N --mark-compacted` say; etcd takes them only together. */
export function readBump(text: string | undefined, markCompacted: boolean): number | undefined {
  if (text === undefined) {
    if (!markCompacted) return undefined;
    throw new DrillError('`--mark-compacted` needs `--bump-revision N`: etcd takes both or none.');
  }
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new DrillError(
      `\`--bump-revision ${text}\`: expected a whole number of 1 or more: revisions that were written after the backup, and more to be safe, for example 1000000000.`,
    );
  if (markCompacted) return Number(text);
  throw new DrillError(
    '`--bump-revision` needs `--mark-compacted`: without it a client that remembers an old revision waits for it in silence.',
  );
}
