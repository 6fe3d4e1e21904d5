import { DrillError } from '../errors.ts';

/** The program of an etcd image that restores snapshots, and what it needs in its environment. */
export interface RestoreTool {
  readonly program: 'etcdctl' | 'etcdutl';
  readonly environment: readonly string[];
}

/**
 * What restores with the etcd of a version: `etcdctl` before 3.5, `etcdutl` from then on, which is
 * the only one from 3.6. A bump that the version has no flags for is refused.
 */
export function restoreTool(
  version: string,
  { bump }: { readonly bump?: number | undefined },
): RestoreTool {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (bump !== undefined && !bumps(major, minor, patch)) {
    throw new DrillError(
      `etcd ${version} cannot raise the revision of what it restores: \`--bump-revision\` and \`--mark-compacted\` came with 3.4.27 and 3.5.10. Restore without a bump, or choose another version with \`--etcd\`.`,
    );
  }
  return major > 3 || minor >= 5
    ? { program: 'etcdutl', environment: [] }
    : { program: 'etcdctl', environment: ['ETCDCTL_API=3'] };
}

function bumps(major: number, minor: number, patch: number): boolean {
  if (major > 3 || minor > 5) return true;
  return (minor === 5 && patch >= 10) || (minor === 4 && patch >= 27);
}
