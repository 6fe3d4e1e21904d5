import type { Announce } from '../engine/engine.ts';
import { installPackages } from './debian.ts';
import { hasProgram } from './run-program.ts';

/** The versions that the tests run against. */
export const testedEtcdVersions = ['3.4.23', '3.5.16', '3.5.35', '3.6.16', '3.7.3'] as const;

/** What the tests need beside the engine: a browser for the report, a registry for the images. */
export async function ensureTestTools(announce: Announce): Promise<void> {
  const missing = ['chromium', 'docker-registry'].filter((program) => !hasProgram(program));
  if (missing.length > 0) await installPackages(missing, announce);
}
