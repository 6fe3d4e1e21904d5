import { setTimeout as pause } from 'node:timers/promises';
import { DrillError } from '../../errors.ts';
import type { Cut } from '../../journal/events.ts';
import { choice } from '../../parameters.ts';
import { byHand } from '../by-hand.ts';
import {
  type HealableFault,
  FaultUnproved,
  type FaultTarget,
  NotAsBefore,
  type PreparedFault,
} from '../fault.ts';
import { faultKind } from '../kind.ts';
import { canReset, resetConnections } from './connections.ts';
import { type Link, attempts, each, linksThat, pairs } from './links.ts';
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

export const partitionKind = faultKind({
  name: 'partition',
  family: 'network',
  summary: 'Drops every packet between the targets and the members they are cut off from.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar',
  parameters: {
    scope: choice(['peer', 'client', 'all'], 'peer', 'peer traffic, client traffic, or everything'),
    heal: choice(
      ['fast', 'natural'],
      'fast',
      "reset hanging connections, or leave them to TCP's backoff",
    ),
  },
  build: ({ targets, towards }, { scope, heal }) => partition(targets, towards, { scope, heal }),
});

const biteWithinMs = 5000;
const reconnectWithinMs = 5000;
const pollMs = 100;

/**
 * Cuts every link between the two sides, in both directions. Needs NET_ADMIN in the sidecar.
 * Proven by a counter per direction at the receiving end and by connections that fail from both.
 * A side without members is refused, as it would cut nothing.
 */
export function partition(
  sideA: readonly FaultTarget[],
  sideB: readonly FaultTarget[],
  { scope = 'peer', heal = 'fast' }: PartitionOptions = {},
): HealableFault {
  refuseEmpty(sideA, sideB);
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

function refuseEmpty(sideA: readonly FaultTarget[], sideB: readonly FaultTarget[]): void {
  if (sideA.length > 0 && sideB.length > 0) return;
  const side = (members: readonly FaultTarget[]): string =>
    members.length === 0 ? '0 members' : `${members.length} (${names(members)})`;
  throw new DrillError(
    `A partition needs members on both sides, but the first has ${side(sideA)} and the second ${side(sideB)}. ` +
      'Leave at least one member on each, or start a larger cluster with `--members`.',
  );
}

const names = (side: readonly FaultTarget[]): string =>
  side.map((member) => member.name).join(', ');

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
  const connectedBefore = linksThat(await attempts(senders, port), 'open');
  if (heal === 'fast' && scope !== 'client') await refuseWithoutReset(connectedBefore, port);

  const drop = (incoming: readonly Link[]): string =>
    dropScript(
      id,
      incoming.map((link) => link.from.address),
      scope,
    );

  return {
    undoScripts: new Map([...receivers.keys()].map((to) => [to, undropScript(id)])),

    async inject() {
      await each(receivers, (to, incoming) => to.session.must(drop(incoming)));
    },

    async prove() {
      const never = links.find((link) => !connectedBefore.includes(link));
      if (never) {
        const { from, to } = never;
        throw new FaultUnproved(
          `${from.name} could not reach ${to.name}:${port} before the cut, so nothing shows that the cut did it`,
        );
      }
      await allSilent(senders, port);
      const dropped = await droppedOnEveryLink(id, receivers, links, scope);
      return links.map(
        (link) =>
          `${link.from.name} → ${link.to.name}: ${dropped.get(link)?.packets} packets dropped at ${link.to.name}, ` +
          `connection to ${link.to.name}:${port} failed (it succeeded before the cut)`,
      );
    },

    async stillBites(look = 'cheap') {
      const dropped = await droppedPackets(id, receivers, scope);
      if (look === 'cheap') return;
      await allSilent(senders, port);
      everyAttemptDropped(dropped, await droppedPackets(id, receivers, scope));
    },

    async heal() {
      await each(receivers, (to) => to.session.must(undropScript(id)));
    },

    async proveHealed() {
      // First of all members: what else is not as before must not hide a rule that is left.
      await each(receivers, async (to) => {
        if (await hasRulesOf(to, id)) throw new Error(`${to.name} still has rules of the cut`);
      });
      const evidence = await each(receivers, async (to) => {
        const now = await foreignRules(to);
        const lost = before.get(to)?.find((rule) => !now.includes(rule));
        if (lost !== undefined) {
          throw new NotAsBefore(`${to.name} lost the rule \`${lost}\` meanwhile`);
        }
        return `${to.name}: no rule of the cut is left, every rule from before it stands`;
      });
      if (heal === 'fast' && scope !== 'client') evidence.push(...(await reset(senders)));
      return [...evidence, ...(await reconnected(senders, port, connectedBefore))];
    },

    commands: {
      inject: [...receivers].map(([to, incoming]) => byHand(to, drop(incoming))),
      heal: [...receivers.keys()].map((to) => byHand(to, undropScript(id))),
    },
  };
}

/** A kernel that cannot reset connections is found before anything is touched. */
async function refuseWithoutReset(open: readonly Link[], port: number): Promise<void> {
  const [link] = open;
  if (link === undefined || (await canReset(link.to, port))) return;
  throw new DrillError(
    `A fast heal resets connections, and the kernel under ${link.to.name} resets none (\`ss -K\`): ` +
      'it lacks CONFIG_INET_DIAG_DESTROY. Leave them to TCP with `--set heal=natural`.',
  );
}

async function allSilent(
  senders: ReadonlyMap<FaultTarget, readonly Link[]>,
  port: number,
): Promise<void> {
  for (const [{ from, to }, attempt] of await attempts(senders, port)) {
    if (attempt !== 'silent') {
      throw new FaultUnproved(`${from.name} still reaches ${to.name}:${port}`);
    }
  }
}

interface Dropped {
  readonly packets: number;
  /** Those of the first rule, which attempts to connect meet. */
  readonly attempts: number;
}

async function droppedPackets(
  id: string,
  receivers: ReadonlyMap<FaultTarget, readonly Link[]>,
  scope: PortScope,
): Promise<Map<Link, Dropped>> {
  const counted = await each(receivers, async (to, incoming) => {
    const rules = await dropCounters(to, id).catch((error: Error) => {
      throw new FaultUnproved(error.message);
    });
    return incoming.map((link): [Link, Dropped] => {
      const own = rules.filter((rule) => rule.source === link.from.address);
      if (own.length < rulesPerSource(scope))
        throw new FaultUnproved(`a rule against ${link.from.name} is gone from ${to.name}`);
      const packets = own.reduce((sum, rule) => sum + rule.packets, 0);
      return [link, { packets, attempts: own[0]?.packets ?? 0 }];
    });
  });
  return new Map(counted.flat());
}

/** An attempt that failed shows of each direction only that one end dropped it: see that this one did. */
function everyAttemptDropped(
  before: ReadonlyMap<Link, Dropped>,
  after: ReadonlyMap<Link, Dropped>,
): void {
  for (const [link, { attempts: now }] of after) {
    if (now > (before.get(link)?.attempts ?? 0)) continue;
    const { from, to } = link;
    throw new FaultUnproved(`the rules at ${to.name} let an attempt of ${from.name} pass`);
  }
}

async function droppedOnEveryLink(
  id: string,
  receivers: ReadonlyMap<FaultTarget, readonly Link[]>,
  links: readonly Link[],
  scope: PortScope,
): Promise<Map<Link, Dropped>> {
  const deadline = performance.now() + biteWithinMs;
  for (;;) {
    const dropped = await droppedPackets(id, receivers, scope);
    const quiet = links.find((link) => !dropped.get(link)?.packets);
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
    return `${from.name}: ${killed} of ${stale} stale peer connections reset`;
  });
}

/** Waits until every link that was whole before answers again; a refusal is an answer too. */
async function reconnected(
  senders: ReadonlyMap<FaultTarget, readonly Link[]>,
  port: number,
  expected: readonly Link[],
): Promise<string[]> {
  const deadline = performance.now() + reconnectWithinMs;
  for (;;) {
    const tried = await attempts(senders, port);
    const silent = expected.find((link) => tried.get(link) === 'silent');
    if (!silent) {
      const refusing = new Set(linksThat(tried, 'refused').map(({ to }) => to.name));
      return refusing.size === 0
        ? [`every member reaches the others on port ${port} again`]
        : [...refusing].map(
            (name) => `packets pass to and from ${name}, but nothing listens on ${name}:${port}`,
          );
    }
    if (performance.now() > deadline) {
      const { from, to } = silent;
      throw new NotAsBefore(`${from.name} does not reach ${to.name}:${port} after the heal`);
    }
    await pause(pollMs);
  }
}
