/** A Dockerfile with these packages on Debian's own base image, for engines that reach a registry. */
export function debianDockerfile(suite: string, packages: readonly string[]): string {
  return [
    `FROM debian:${suite}-slim`,
    `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`,
    '',
  ].join('\n');
}
