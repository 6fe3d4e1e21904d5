import type { Member } from '../../cluster/member.ts';
import { choice } from '../../parameters.ts';
import type { HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { namesOf } from './running-members.ts';
import { prepareDown } from './taken-down.ts';

export interface KillOptions {
  /** Who was killed is started again all at once (default), or each once the one before serves. */
  readonly back?: 'together' | 'in-turn';
}

/**
 * Kills members with SIGKILL, all at once, as the kernel or a lost machine does; healing starts them
 * again on their data. Needs no capability.
 */
export function kill(
  members: readonly Member[],
  { back = 'together' }: KillOptions = {},
): HealableFault {
  return {
    name: 'kill',
    title: `kill ${namesOf(members)}`,
    undo: 'repaired',
    targets: members,
    parameters: { back },
    down: members.map(({ name }) => name),
    prepare: async () =>
      prepareDown('kill', members, {
        takeDown: (member) => member.kill(),
        bringBack: async (member) => {
          if (member.state !== 'running') await member.start();
        },
        inTurn: back === 'in-turn',
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
  parameters: {
    back: choice(
      ['together', 'in-turn'],
      'together',
      'how those that were killed are started again',
    ),
  },
  build: ({ targets }, { back }) => kill(targets, { back }),
});
