import { integer } from '../../parameters.ts';
import type { FaultTarget, HealableFault } from '../fault.ts';
import { faultKind } from '../kind.ts';
import { sentBy } from './delay.ts';
import type { Echoes } from './echo.ts';
import { manyEchoes, refusePercent } from './loss.ts';
import { linksTowards, shaping } from './shaping.ts';

export const duplicateKind = faultKind({
  name: 'duplicate',
  family: 'network',
  summary: 'Sends a share of the packets from the targets to the chosen peers twice.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar; netem in the kernel',
  parameters: {
    percent: integer({ min: 1, max: 100 }, 20, 'of the packets that are sent twice'),
  },
  build: ({ targets, towards }, { percent }) => duplicate(targets, towards, { percent }),
});

/** Doubles some of what `targets` send to `towards`. Proven by echoes that come back twice. */
export function duplicate(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
  { percent }: { readonly percent: number },
): HealableFault {
  refusePercent('duplicate', percent);
  const links = linksTowards(targets, towards).map((link) => ({
    ...link,
    qdisc: `netem limit 65536 duplicate ${percent}%`,
    shows: (now: Echoes, before: Echoes) =>
      now.duplicates - before.duplicates < (now.sent * percent) / 300
        ? undefined
        : `${now.duplicates} of ${now.sent} echoes came back twice (${before.duplicates} before)`,
  }));
  return shaping({
    name: 'duplicate',
    title: `send ${percent}% of ${sentBy(links)} twice`,
    parameters: { percent },
    links,
    echoes: manyEchoes(percent),
  });
}
