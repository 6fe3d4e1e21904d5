import { setTimeout as pause } from 'node:timers/promises';
import type { Cut } from '../journal/events.ts';
import { reachable, resetConnections } from './connections.ts';
import { type Fault, FaultUnproved, type FaultTarget, type PreparedFault } from './fault.ts';
import {
  type PortScope,
  dropCounters,
  dropScript,
  foreignRules,
  hasRulesOf,
  rulesPerSource,
  undropScript,
} from './packet-rules.ts';

export interface PartitionOptions {
  /** Peer traffic (default), client traffic, or every packet between the two sides. */
  readonly scope?: PortScope;
  /**
   * `fast` resets the connections that the cut left hanging, so that members find each other at
   * once; `natural` leaves them to TCP's backoff, as a real outage does.
   */
  readonly heal?: 'fast' | 'natural';
}

const biteWithinMs = 5000;
const reconnectWithinMs = 5000;
const pollMs = 100;

/**
 * Cuts every link between the two sides, in both directions. Needs NET_ADMIN in the sidecar.
 * Proven by a counter per direction at the receiving end and by connections that fail from both.
 */
export function partition(
  sideA: readonly FaultTarget[],
  sideB: readonly FaultTarget[],
  { scope = 'peer', heal = 'fast' }: PartitionOptions = {},
): Fault {
  const links = [...pairs(sideA, sideB), ...pairs(sideB, sideA)];
  return {
    name: 'partition',
    title: `cut ${names(sideA)} off from ${names(sideB)} (${scope} traffic)`,
    undo: 'leased',
    targets: [...sideA, ...sideB],
    parameters: { scope, heal },
    links: links.map(({ from, to }): Cut['links'][number] => [from.name, to.name]),
    scope,
    prepare: (id) => prepare(id, links, scope, heal),
  };
}

const names = (side: readonly FaultTarget[]): string =>
  side.map((member) => member.name).join(', ');

/** One direction between two members, as packets travel. */
interface Link {
  readonly from: FaultTarget;
  readonly to: FaultTarget;
}

const pairs = (from: readonly FaultTarget[], to: readonly FaultTarget[]): Link[] =>
  from.flatMap((a) => to.map((b) => ({ from: a, to: b })));

async function prepare(
  id: string,
  links: readonly Link[],
  scope: PortScope,
  heal: 'fast' | 'natural',
): Promise<PreparedFault> {
  const receivers = Map.groupBy(links, (link) => link.to);
  const senders = Map.groupBy(links, (link) => link.from);
  const port = scope === 'client' ? 2379 : 2380;
  const before = new Map(
    await Promise.all(
      [...receivers.keys()].map(async (to) => [to, await foreignRules(to)] as const),
    ),
  );
  const connectedBefore = await connectedLinks(senders, port);

  return {
    undoScripts: new Map([...receivers.keys()].map((to) => [to, undropScript(id)])),

    async inject() {
      await each(receivers, (to, incoming) =>
        to.session.must(
          dropScript(
            id,
            incoming.map((link) => link.from.address),
            scope,
          ),
        ),
      );
    },

    async prove() {
      const never = links.find((link) => !connectedBefore.has(link));
      if (never) {
        const { from, to } = never;
        throw new FaultUnproved(
          `${from.name} could not reach ${to.name}:${port} before the cut, so nothing shows that the cut did it`,
        );
      }
      const stillConnected = await connectedLinks(senders, port);
      const [open] = stillConnected;
      if (open) throw new FaultUnproved(`${open.from.name} still reaches ${open.to.name}:${port}`);
      const dropped = await droppedOnEveryLink(id, receivers, links, scope);
      return links.map(
        (link) =>
          `${link.from.name} → ${link.to.name}: ${dropped.get(link)} packets dropped at ${link.to.name}, ` +
          `connection to ${link.to.name}:${port} failed (it succeeded before the cut)`,
      );
    },

    async stillBites() {
      await droppedPackets(id, receivers, scope);
    },

    async heal() {
      await each(receivers, (to) => to.session.must(undropScript(id)));
    },

    async proveHealed() {
      const evidence = await each(receivers, async (to) => {
        if (await hasRulesOf(to, id)) throw new Error(`${to.name} still has rules of the cut`);
        const now = await foreignRules(to);
        const lost = before.get(to)?.find((rule) => !now.includes(rule));
        if (lost !== undefined) throw new Error(`${to.name} lost the rule \`${lost}\` meanwhile`);
        return `${to.name}: no rule of the cut is left, every rule from before it stands`;
      });
      if (heal === 'fast' && scope !== 'client') evidence.push(...(await reset(senders)));
      await reconnected(senders, port, connectedBefore.size);
      return [...evidence, `every member reaches the others on port ${port} again`];
    },

    byHand: () =>
      [...receivers.keys()].map((to) => `docker exec ${to.container} sh -c '${undropScript(id)}'`),
  };
}

const each = <T>(
  groups: ReadonlyMap<FaultTarget, readonly Link[]>,
  act: (member: FaultTarget, links: readonly Link[]) => Promise<T>,
): Promise<T[]> => Promise.all([...groups].map(([member, links]) => act(member, links)));

async function connectedLinks(
  senders: ReadonlyMap<FaultTarget, readonly Link[]>,
  port: number,
): Promise<Set<Link>> {
  const connected = await each(senders, async (from, outgoing) => {
    const open = await reachable(
      from,
      outgoing.map((link) => link.to.address),
      port,
    );
    return outgoing.filter((link) => open.has(link.to.address));
  });
  return new Set(connected.flat());
}

async function droppedPackets(
  id: string,
  receivers: ReadonlyMap<FaultTarget, readonly Link[]>,
  scope: PortScope,
): Promise<Map<Link, number>> {
  const counted = await each(receivers, async (to, incoming) => {
    const rules = await dropCounters(to, id).catch((error: Error) => {
      throw new FaultUnproved(error.message);
    });
    return incoming.map((link): [Link, number] => {
      const own = rules.filter((rule) => rule.source === link.from.address);
      if (own.length < rulesPerSource(scope))
        throw new FaultUnproved(`a rule against ${link.from.name} is gone from ${to.name}`);
      return [link, own.reduce((sum, rule) => sum + rule.packets, 0)];
    });
  });
  return new Map(counted.flat());
}

async function droppedOnEveryLink(
  id: string,
  receivers: ReadonlyMap<FaultTarget, readonly Link[]>,
  links: readonly Link[],
  scope: PortScope,
): Promise<Map<Link, number>> {
  const deadline = performance.now() + biteWithinMs;
  for (;;) {
    const dropped = await droppedPackets(id, receivers, scope);
    const quiet = links.find((link) => !dropped.get(link));
    if (!quiet) return dropped;
    if (performance.now() > deadline) {
      const { from, to } = quiet;
      throw new FaultUnproved(`no packet from ${from.name} was dropped at ${to.name} in 5 s`);
    }
    await pause(pollMs);
  }
}

async function reset(senders: ReadonlyMap<FaultTarget, readonly Link[]>): Promise<string[]> {
  return each(senders, async (from, outgoing) => {
    const { stale, killed } = await resetConnections(
      from,
      outgoing.map((link) => link.to.address),
    );
    if (stale > 0 && killed === 0) {
      throw new Error(
        `${from.name} has ${stale} stale peer connections and \`ss -K\` reset none: ` +
          'the kernel lacks CONFIG_INET_DIAG_DESTROY; use `--set heal=natural`',
      );
    }
    return `${from.name}: ${killed} of ${stale} stale peer connections reset`;
  });
}

async function reconnected(
  senders: ReadonlyMap<FaultTarget, readonly Link[]>,
  port: number,
  expected: number,
): Promise<void> {
  const deadline = performance.now() + reconnectWithinMs;
  for (;;) {
    const open = await connectedLinks(senders, port);
    if (open.size >= expected) return;
    if (performance.now() > deadline) {
      const closed = [...senders.values()].flat().find((link) => !open.has(link));
      throw new Error(
        `${closed?.from.name} does not reach ${closed?.to.name}:${port} after the heal`,
      );
    }
    await pause(pollMs);
  }
}
