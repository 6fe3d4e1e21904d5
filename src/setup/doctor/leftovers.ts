import { listRuns } from '../../cluster/list-runs.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Finding } from './finding.ts';

/** What dead runs left on the engine; runs that are alive or were kept are named, too. */
export async function leftovers(engine: Engine): Promise<Finding> {
  const subject = 'leftovers';
  const byState = Map.groupBy(await listRuns(engine), ({ state }) => state);
  const detail = (['dead', 'silent', 'kept', 'alive'] as const)
    .flatMap((state) => {
      const runs = byState.get(state)?.map(({ run }) => run) ?? [];
      return runs.length === 0 ? [] : `${said[state]}: ${runs.join(', ')}`;
    })
    .join('; ');
  if (!byState.has('dead') && !byState.has('silent'))
    return { state: 'ok', subject, detail: detail || 'none' };
  return {
    state: 'attention',
    subject,
    detail,
    remedy: '`drill clean` removes what dead runs left, `drill clean RUN` any other run',
  };
}

const said = { dead: 'dead', silent: 'could not be asked', kept: 'kept', alive: 'alive' } as const;
