import { join } from 'node:path';
import type { Announce } from '../engine/engine.ts';
import { debianMirror, installPackages, whyNoInstall } from '../setup/debian.ts';
import { hasProgram, runProgram } from '../setup/run-program.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

export interface DebianRootfs {
  readonly suite: string;
  readonly packages: readonly string[];
  /**
   * `essential`: Debian's essential packages, configured. `extract`: the packages and what they
   * depend on, unpacked only, which needs no program of the architecture to run here.
   */
  readonly variant: 'essential' | 'extract';
  /** Debian's name of it, which is Go's too: `amd64`, `arm64`. */
  readonly architecture: string;
}

/** Why `withDebianRootfs` cannot work on this machine, or undefined when it can. */
export function whyNoRootfs(): string | undefined {
  if (hasProgram('mmdebstrap')) return undefined;
  const refusal = whyNoInstall();
  return refusal && `mmdebstrap is not installed and cannot be: ${refusal}`;
}

/** Makes a Debian root file system as a tar file, which is there while `use` runs. */
export async function withDebianRootfs<T>(
  { suite, packages, variant, architecture }: DebianRootfs,
  announce: Announce,
  use: (tarFile: string) => Promise<T>,
): Promise<T> {
  if (!hasProgram('mmdebstrap')) await installPackages(['mmdebstrap'], announce);
  return withTemporaryFolder('rootfs', async (folder, signal) => {
    const tarFile = join(folder, 'rootfs.tar');
    const args = [
      `--variant=${variant}`,
      `--include=${packages.join(',')}`,
      `--architectures=${architecture}`,
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      suite,
      tarFile,
      await debianMirror(),
    ];
    await runProgram('mmdebstrap', args, { signal });
    return use(tarFile);
  });
}
