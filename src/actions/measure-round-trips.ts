import { DrillError } from '../errors.ts';
import type { FaultTarget } from '../faults/fault.ts';
import { echo } from '../faults/network/echo.ts';

const plan = { count: 10, spacingMs: 10, payloadBytes: 56, waitMs: 4500 };

/**
 * Measures the round trips between all members and returns the longest in milliseconds: what etcd's
 * timeouts must fit. Of each link the shortest of ten counts, which is the network's and not that of a
 * busy machine. A link over which nothing comes back is an error.
 */
export async function measureRoundTrips(members: readonly FaultTarget[]): Promise<number> {
  const measured = await Promise.all(
    members.map(async (from) => {
      const others = members.filter((to) => to !== from);
      const echoes = await echo(
        from,
        others.map(({ address }) => address),
        plan,
      );
      return others.map((to) => {
        const rttMs = echoes.get(to.address)?.rttsMs[0];
        if (rttMs !== undefined) return rttMs;
        throw new DrillError(
          `${to.name} answered none of ${plan.count} echoes of ${from.name} in ${plan.waitMs} ms: is the link cut?`,
        );
      });
    }),
  );
  return Math.round(Math.max(...measured.flat()) * 10) / 10;
}
