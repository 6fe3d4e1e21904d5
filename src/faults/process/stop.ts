import type { Member } from '../../cluster/member.ts';
import type { HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { namesOf } from './running-members.ts';
import { prepareDown } from './taken-down.ts';

/**
 * Stops members as an operator does, with SIGTERM: etcd gives its leadership away and closes its
 * files. Healing starts them again. Needs no capability.
 */
export function stop(members: readonly Member[]): HealableFault {
  return {
    name: 'stop',
    title: `stop ${namesOf(members)}`,
    undo: 'repaired',
    targets: members,
    parameters: {},
    down: members.map(({ name }) => name),
    prepare: async () =>
      prepareDown('stop', members, {
        takeDown: (member) => member.stop(),
        bringBack: async (member) => {
          if (member.state !== 'running') await member.start();
        },
        commands: {
          inject: members.map(({ etcdContainer }) => `docker stop ${etcdContainer}`),
          heal: members.map(({ etcdContainer }) => `docker start ${etcdContainer}`),
        },
      }),
  };
}

export const stopKind = faultKind({
  name: 'stop',
  family: 'process',
  summary: 'Stops members with SIGTERM; healing starts them again.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: {},
  build: ({ targets }) => stop(targets),
});
