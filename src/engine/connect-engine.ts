import { DrillError } from '../errors.ts';
import { answer, type Answer } from './answer.ts';
import type { Engine } from './engine.ts';
import { engineTargets } from './targets.ts';

export interface ConnectOptions {
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Connects to the engine that `DOCKER_HOST`, the Docker context or the usual sockets name, in this
 * order. One that was named and does not answer is an error: no other daemon takes its place.
 */
export async function connectEngine(options: ConnectOptions): Promise<Engine> {
  const found = await findEngine(options);
  if (found.state === 'answered') return found.engine;
  throw new DrillError(
    'no Docker Engine answers on this machine; `./drill setup` installs and starts one on Debian ' +
      'and Ubuntu as root, elsewhere install Docker Engine 20.10 or newer and start it, or point ' +
      'DOCKER_HOST at one',
  );
}

/** As `connectEngine`, but an engine that is nowhere, where none was named, is a result. */
export async function findEngine({
  env,
}: ConnectOptions): Promise<{ state: 'answered'; engine: Engine } | { state: 'none' }> {
  const targets = engineTargets(env);
  const candidates = targets.kind === 'asked' ? [targets.target] : targets.candidates;
  const refusals: Refusal[] = [];
  for (const target of candidates) {
    const result = await answer(target);
    if (result.state === 'answered') return result;
    refusals.push({ ...result, source: target.source });
  }
  const refusal = targets.kind === 'asked' ? refusals[0] : refusals.find(isForbidden);
  if (refusal === undefined) return { state: 'none' };
  throw new DrillError(refusalMessage(refusal), undefined, refusal.cause);
}

type Refusal = Extract<Answer, { state: 'silent' }> & { readonly source: string };

function isForbidden({ cause }: Refusal): boolean {
  return 'code' in cause && cause.code === 'EACCES';
}

function refusalMessage(refusal: Refusal): string {
  const { source, cause } = refusal;
  if (isForbidden(refusal)) {
    return `${source} does not let this user in: ${cause.message}; join the group "docker" (\`sudo usermod -aG docker $USER\`, then log in again) or run as root`;
  }
  return `${source} does not answer: ${cause.message}; start that engine, or choose another with DOCKER_HOST or DOCKER_CONTEXT`;
}
