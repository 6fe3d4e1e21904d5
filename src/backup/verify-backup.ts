import { DrillError, exitCode } from '../errors.ts';
import { openSnapshot, type SnapshotSummary } from '../snapshot/open-snapshot.ts';
import { manifestPath, readManifest, type Manifest } from './manifest.ts';

/** A file that was read from end to end and is what it should be. */
export interface VerifiedBackup {
  readonly summary: SnapshotSummary;
  /** Absent beside what `etcdctl` saved: then only the file itself could be checked. */
  readonly manifest?: Manifest;
}

/**
 * Reads a backup from end to end and holds it against its manifest. Throws a `DrillError` that says
 * what is wrong; with exit code 1 where the two disagree.
 */
export async function verifyBackup(path: string): Promise<VerifiedBackup> {
  const summary = await openSnapshot(path);
  const manifest = await readManifest(path);
  if (manifest === undefined) return { summary };
  const [wrong] = disagreements(summary, manifest);
  if (wrong === undefined) return { summary, manifest };
  throw new DrillError(
    `${path} is not the backup that ${manifestPath(path)} is about: ${wrong}. The file itself is whole: find the manifest that belongs to it, or remove this one to use the file alone.`,
    exitCode.violated,
  );
}

/** What a whole file has otherwise than its manifest says; empty where they agree. */
export function disagreements(summary: SnapshotSummary, manifest: Manifest): string[] {
  const fields = ['sizeBytes', 'sha256', 'revision', 'keys'] as const;
  const wrong = fields
    .filter((field) => summary[field] !== manifest[field])
    .map((field) => `${field} is ${summary[field]} and should be ${manifest[field]}`);
  if (summary.version !== manifest.storageVersion)
    wrong.push(
      `its storage version is "${summary.version}" and should be "${manifest.storageVersion}"`,
    );
  if (manifest.revision < manifest.acknowledgedRevision)
    wrong.push(
      `by its manifest it ends at revision ${manifest.revision}, before the ${manifest.acknowledgedRevision} that was acknowledged when it was taken`,
    );
  // The cluster's id is not in the file, but its members' are.
  if (!summary.members.some(({ id }) => id === manifest.member.id))
    wrong.push(`it is of another cluster, which has no member ${manifest.member.id}`);
  const [held, told] = [summary, manifest].map(({ members }) => membersText(members));
  if (held !== told) wrong.push(`its members are ${held} and should be ${told}`);
  return wrong;
}

const membersText = (
  members: readonly { readonly name: string; readonly peerUrls: readonly string[] }[],
): string =>
  members
    .map(({ name, peerUrls }) => `${name}=${peerUrls.toSorted().join(',')}`)
    .toSorted()
    .join(' ');
