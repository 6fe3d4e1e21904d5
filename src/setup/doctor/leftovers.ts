import type { Engine } from '../../engine/engine.ts';
import { labels } from '../../engine/labels.ts';
import type { Finding } from './finding.ts';

/** What runs have on the engine, living or dead: `drill clean` can tell these apart. */
export async function leftovers({ docker }: Engine): Promise<Finding> {
  const subject = 'leftovers';
  const filters = { label: [labels.run] };
  const [containers, { Volumes: volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters }),
    docker.listNetworks({ filters }),
  ]);
  const counts = [
    count(containers.length, 'container'),
    count(volumes.length, 'volume'),
    count(networks.length, 'network'),
  ].filter((text) => text !== undefined);
  if (counts.length === 0) return { state: 'ok', subject, detail: 'none' };
  const owners = [...containers, ...volumes, ...networks].map(({ Labels }) => Labels?.[labels.run]);
  const runs = [...new Set(owners)].join(', ');
  return {
    state: 'attention',
    subject,
    detail: `${counts.join(', ')} of ${runs}`,
    remedy: '`drill clean` removes what dead runs left',
  };
}

function count(number: number, noun: string): string | undefined {
  return number === 0 ? undefined : `${number} ${noun}${number === 1 ? '' : 's'}`;
}
