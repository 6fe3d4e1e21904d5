import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DrillError, messageOf } from '../errors.ts';
import { describeIssue } from '../schema-issue.ts';

const revision = z.int().min(1);

/** What stands beside a backup, so that it can be told from others and checked without its cluster. */
const manifestSchema = z.strictObject({
  /** Of this form. */
  format: z.literal(1),
  drillVersion: z.string(),
  /** The backup's file name. */
  file: z.string(),
  /** When it was begun. */
  takenAt: z.iso.datetime(),
  /** When its bytes were last found whole; rotation keeps the newest that has it. */
  verifiedAt: z.iso.datetime(),
  sizeBytes: z.int(),
  /** In hexadecimal, of the database: what etcd appended as the file's last 32 bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  /** What it holds … */
  revision,
  /** … and what the cluster had acknowledged before it was begun. */
  acknowledgedRevision: revision,
  keys: z.int(),
  clusterId: z.string(),
  /** Who served it. */
  member: z.strictObject({ id: z.string(), name: z.string() }),
  /** The cluster's members then. */
  members: z.array(z.strictObject({ name: z.string(), peerUrls: z.array(z.string()) })),
  etcdVersion: z.string(),
  /** Of the storage format; empty below etcd 3.6. */
  storageVersion: z.string(),
  /** That were raised, and come back with a restore; absent for none. */
  alarms: z
    .array(z.strictObject({ memberId: z.string(), alarm: z.enum(['NOSPACE', 'CORRUPT']) }))
    .optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Where the manifest of a backup stands. */
export const manifestPath = (backup: string): string => `${backup}.json`;

/**
 * The manifest beside a backup; `undefined` where there is none, as beside what `etcdctl` saved.
 * Throws a `DrillError` for one that cannot be read or is none of drill's.
 */
export async function readManifest(backup: string): Promise<Manifest | undefined> {
  const path = manifestPath(backup);
  const remedy = 'Restore it from where it was copied from, or remove it to check the file alone.';
  try {
    const input: unknown = JSON.parse(await readFile(path, 'utf8'));
    const parsed = manifestSchema.safeParse(input);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    if (!issue) throw parsed.error;
    const wrong = describeIssue(issue, 'manifest', () => Object.keys(manifestSchema.shape), input);
    throw new DrillError(`${path} is no manifest of a backup: ${wrong}. ${remedy}`);
  } catch (error) {
    if (error instanceof DrillError) throw error;
    if (isMissing(error)) return undefined;
    throw new DrillError(
      `Could not read the manifest ${path}: ${messageOf(error)}. ${remedy}`,
      undefined,
      error,
    );
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
