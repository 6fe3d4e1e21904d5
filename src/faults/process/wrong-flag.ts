import type { Member } from '../../cluster/member.ts';
import type { HealableFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { recreated } from './recreated.ts';
import { prepareDown } from './taken-down.ts';

/** Every version knows the flag and refuses the value, with exit code 2. */
const wrong = '--strict-reconfig-check=perhaps';

/**
 * Restarts a member with a flag that etcd refuses, as a mistaken change of its configuration does: it
 * ends at once, however often it is started. Healing restarts it with the right ones. Needs no
 * capability.
 */
export function wrongFlag(member: Member): HealableFault {
  const { name, etcdContainer } = member;
  return {
    name: 'wrong-flag',
    title: `restart ${name} with ${wrong}`,
    undo: 'repaired',
    targets: [member],
    parameters: { flag: wrong },
    down: [name],
    prepare: async () =>
      prepareDown('wrong-flag', [member], {
        takeDown: () => member.restart({ flags: [wrong] }),
        bringBack: () => member.restart(),
        commands: {
          inject: [recreated(etcdContainer, { withFlag: wrong })],
          heal: [recreated(etcdContainer, { withoutFlag: wrong })],
        },
      }),
  };
}

export const wrongFlagKind = faultKind({
  name: 'wrong-flag',
  family: 'process',
  summary: 'Restarts a member with a flag that etcd refuses, so that it ends at once.',
  undo: 'repaired',
  needs: 'the engine alone',
  parameters: {},
  build: ({ targets }) => wrongFlag(onlyOne('wrong-flag', targets)),
});
