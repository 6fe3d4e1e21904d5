import { integer } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { sentBy } from './delay.ts';
import type { Echoes } from './echo.ts';
import { lostMore, manyEchoes, refusePercent } from './loss.ts';
import { linksTowards, shaping } from './shaping.ts';

export const corruptKind = faultKind({
  name: 'corrupt',
  family: 'network',
  summary: 'Flips a bit in a share of the packets that the targets send to the chosen peers.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel',
  parameters: {
    percent: integer({ min: 1, max: 100 }, 10, 'of the packets that are damaged'),
  },
  build: ({ targets, towards }, { percent }) => corrupt(targets, towards, { percent }),
});

/**
 * Damages some of what `targets` send to `towards`. Proven by echoes that do not come back: their
 * checksums are wrong, so the peer's kernel drops them, as it drops damaged segments of TCP.
 */
export function corrupt(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { percent }: { readonly percent: number },
): HealableFault {
  refusePercent('corrupt', percent);
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    qdisc: `netem limit 65536 corrupt ${percent}%`,
    shows: (now: Echoes, before: Echoes) => lostMore(now, before, percent),
  }));
  return shaping({
    name: 'corrupt',
    title: `damage ${percent}% of ${sentBy(links)}`,
    parameters: { percent },
    links,
    echoes: manyEchoes(percent),
  });
}
