/** The etcd that serves when none is asked for: the newest stable release. */
export const defaultEtcdVersion = '3.7.3';

/** Debian's released suites with the etcd in each, oldest first. Moving suites have no entry. */
export const debianEtcdVersions = {
  bullseye: '3.3.25',
  bookworm: '3.4.23',
  trixie: '3.5.16',
} as const;

/** The Debian suite that serves when no source has the default version. */
export const newestDebianSuite = 'trixie';

/** Where etcd's maintainers publish each release, in the order in which they are tried. */
export function publishedImages(version: string): string[] {
  return [`gcr.io/etcd-development/etcd:v${version}`, `quay.io/coreos/etcd:v${version}`];
}
