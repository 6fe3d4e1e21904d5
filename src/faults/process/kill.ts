import type { Member } from '../../cluster/member.ts';
import type { HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { namesOf } from './running-members.ts';
import { prepareDown } from './taken-down.ts';

/**
 * Kills members with SIGKILL, all at once, as the kernel or a lost machine does; healing starts them
 * again on their data. Needs no capability.
 */
export function kill(members: readonly Member[]): HealableFault {
  return {
    name: 'kill',
    title: `kill ${namesOf(members)}`,
    undo: 'repaired',
    targets: members,
    parameters: {},
    down: members.map(({ name }) => name),
    prepare: async () =>
      prepareDown('kill', members, {
        takeDown: (member) => member.kill(),
        bringBack: async (member) => {
          if (member.state !== 'running') await member.start();
        },
        commands: {
          inject: members.map(({ etcdContainer }) => `docker kill ${etcdContainer}`),
          heal: members.map(({ etcdContainer }) => `docker start ${etcdContainer}`),
        },
      }),
  };
}

export const killKind = faultKind({
  name: 'kill',
  family: 'process',
  summary: 'Kills members with SIGKILL; healing starts them again.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: {},
  build: ({ targets }) => kill(targets),
});
