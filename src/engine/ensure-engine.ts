import { DrillError } from '../errors.ts';
import { installEngine, startEngine } from '../setup/docker-engine.ts';
import { connectEngine, findEngine } from './connect-engine.ts';
import type { Announce, Engine } from './engine.ts';

/**
 * Connects as `connectEngine` does, and where no engine answers and none was named, installs and
 * starts one: on Debian and Ubuntu, as root, announced. `DRILL_NO_SETUP=1` refuses that.
 */
export async function ensureEngine(options: {
  env: NodeJS.ProcessEnv;
  announce: Announce;
}): Promise<Engine> {
  const found = await findEngine(options);
  if (found.state === 'answered') return found.engine;
  if (options.env['DRILL_NO_SETUP']) {
    throw new DrillError(
      'no Docker Engine answers on this machine, and DRILL_NO_SETUP forbids to install or start one; ' +
        'start one (`sudo systemctl start docker`), point DOCKER_HOST at one, or unset DRILL_NO_SETUP',
    );
  }
  await installEngine(options.announce);
  await startEngine(options);
  return connectEngine(options);
}
