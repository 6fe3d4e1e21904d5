import { existsSync, readFileSync } from 'node:fs';
import { DrillError } from '../errors.ts';
import type { Announce } from '../engine/engine.ts';
import { runProgram } from './run-program.ts';

/** Debian's own mirror network, for machines that are not Debian. */
const fallbackMirror = 'http://deb.debian.org/debian';

/** Whether this machine takes packages with apt-get: Debian, Ubuntu and what derives from them. */
function isDebianLike(): boolean {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Why `installPackages` cannot do its work here, or undefined when it can. */
export function whyNoInstall(): string | undefined {
  if (process.env['DRILL_NO_SETUP']) return 'DRILL_NO_SETUP is set';
  if (!isDebianLike()) return 'this machine has no apt-get';
  if (process.getuid?.() !== 0) return 'this user is not root';
  return undefined;
}

/** Installs Debian packages, as root, announced. */
export async function installPackages(
  packages: readonly string[],
  announce: Announce,
): Promise<void> {
  const refusal = whyNoInstall();
  if (refusal !== undefined) {
    throw new DrillError(
      `${packages.join(', ')} would have to be installed, but ${refusal}; install by hand: \`sudo apt-get install ${packages.join(' ')}\``,
    );
  }
  await announce(`install ${packages.join(', ')} (apt-get)`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await runProgram('apt-get', ['update', '-q'], { env });
    await runProgram('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], {
      env,
    });
  });
}

/** The Debian mirror that this machine's own apt uses, else Debian's. */
export async function debianMirror(): Promise<string> {
  if (!isDebianLike()) return fallbackMirror;
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const repositories = (await runProgram('apt-get', format)).split('\n');
  return repositories.find((uri) => /^https?:.*\/debian\/?$/.test(uri)) ?? fallbackMirror;
}

/** Whether systemd runs this machine: services are then started by it alone. */
export function hasSystemd(): boolean {
  return (
    existsSync('/run/systemd/system') && readFileSync('/proc/1/comm', 'utf8').trim() === 'systemd'
  );
}
