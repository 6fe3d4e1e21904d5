import { DrillError, messageOf } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';

const gone = /ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|socket hang up/;

/** Runs one call of the Docker API and says what its failure means and what to do. */
export async function docker<T>(engine: Engine, what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new DrillError(explain(engine, what, messageOf(error)), undefined, error);
  }
}

function explain(engine: Engine, what: string, reason: string): string {
  if (gone.test(reason)) {
    return (
      `Could not ${what}: the Docker Engine (${engine.source}) stopped answering (${reason}). ` +
      'Start it again, then run `drill clean`.'
    );
  }
  if (/all ports are allocated|port is already allocated|address already in use/.test(reason)) {
    return (
      `Could not ${what}: the engine has no free port to publish (${reason}). ` +
      'Run `drill clean`, or stop what holds the ports (`docker ps`).'
    );
  }
  if (/no space left on device/.test(reason)) {
    return (
      `Could not ${what}: the engine's disk is full (${reason}). ` +
      'Free some (`docker system df`, `drill clean`) and run again.'
    );
  }
  if (/No such image/.test(reason)) {
    return `Could not ${what}: ${reason}. Run \`drill setup\` to build it again.`;
  }
  if (/could not find an available.*address pool|all predefined address pools/.test(reason)) {
    return `Could not ${what}: Docker has no free subnet (${reason}). Run \`drill clean\` or \`docker network prune\`.`;
  }
  return `Could not ${what}: ${reason}`;
}

/** Whether the engine answered that the thing is not there (any more), or is being removed already. */
export function isGone(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 404 || (status === 409 && /already in progress/.test(messageOf(error)));
}

/** Whether the engine refused to make a thing because one of its name is there. */
export const isConflict = (error: unknown): boolean =>
  (error as { statusCode?: number }).statusCode === 409;
