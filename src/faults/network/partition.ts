import type { Cut } from '../../journal/events.ts';
import { choice } from '../../parameters.ts';
import { DrillError } from '../../errors.ts';
import { byHand } from '../by-hand.ts';
import type { FaultTarget, HealableFault, PreparedFault } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import { prepareClientCut } from './client-cut.ts';
import {
  linksOpen,
  proveRulesGone,
  reconnected,
  refuseWithoutReset,
  resetPeers,
  rulesBefore,
} from './cut-heal.ts';
import {
  type PlacedCut,
  placedCut,
  proveCut,
  receiversOf,
  rulesInPlace,
  stillCut,
} from './cut-proof.ts';
import { type CutShape, type Direction, bridge, majoritiesRing, twoSides } from './cut-shapes.ts';
import { type Link, each } from './links.ts';
import {
  type PortScope,
  countRules,
  dropRules,
  hookScript,
  portOf,
  unhookScript,
} from './packet-rules.ts';

export interface CutOptions {
  /** Peer traffic (default), or every packet between the two ends of a link. */
  readonly scope?: 'peer' | 'all';
  /**
   * `fast` resets the connections that the cut left hanging, so that members find each other at
   * once; `natural` leaves them to TCP's backoff, as a real outage does.
   */
  readonly heal?: 'fast' | 'natural';
}

export interface PartitionOptions extends Pick<CutOptions, 'heal'> {
  /** As for any cut; `client` cuts the first side off from its clients, and not from the second. */
  readonly scope?: PortScope;
  /** What is lost between the sides, as the first one sees it; both directions unless told otherwise. */
  readonly direction?: Direction;
}

/**
 * Cuts the links between two sides. Needs NET_ADMIN in the sidecar. A side without members is
 * refused, as it would cut nothing.
 */
export function partition(
  sideA: readonly FaultTarget[],
  sideB: readonly FaultTarget[],
  { scope = 'peer', direction = 'both', heal = 'fast' }: PartitionOptions = {},
): HealableFault {
  const shape = twoSides(sideA, sideB, direction);
  return scope === 'client'
    ? cutClients(shape, sideA, sideB, heal)
    : partitionAlong(shape, { scope, heal });
}

/**
 * Severs the links of a shape (`twoSides`, `bridge`, `majoritiesRing`). Proven by a counter per
 * direction at the receiving end and by connections that fail from both; a one-way cut also by what
 * still arrives in the other direction.
 */
export function partitionAlong(
  { title, direction, links }: CutShape<FaultTarget>,
  { scope = 'peer', heal = 'fast' }: CutOptions = {},
): HealableFault {
  const way = direction === 'both' ? '' : `${direction} `;
  return cutFault({
    title: `${title} (${way}${scope} traffic)`,
    targets: [...new Set(links.flatMap(({ from, to }) => [from, to]))],
    parameters: { scope, direction, heal },
    scope,
    links: links.map(({ from, to }): Cut['links'][number] => [from.name, to.name]),
    prepare: (id) => prepare(placedCut(id, links, scope), heal),
  });
}

function cutClients(
  { direction }: CutShape<FaultTarget>,
  members: readonly FaultTarget[],
  others: readonly FaultTarget[],
  heal: 'fast' | 'natural',
): HealableFault {
  if (direction !== 'both') {
    throw new DrillError(
      `A cut from clients has no direction, but got \`${direction}\`: what they send is dropped at the member, and what would answer it is never sent.`,
    );
  }
  return cutFault({
    title: `cut ${members.map(({ name }) => name).join(', ')} off from clients`,
    targets: members,
    parameters: { scope: 'client', direction, heal },
    scope: 'client',
    links: members.map(({ name }): Cut['links'][number] => ['clients', name]),
    prepare: (id) => prepareClientCut(id, members, others, heal),
  });
}

function cutFault(
  cut: Required<
    Pick<HealableFault, 'title' | 'targets' | 'parameters' | 'links' | 'scope' | 'prepare'>
  >,
): HealableFault {
  return {
    name: 'partition',
    undo: 'leased',
    ...cut,
  };
}

export const partitionKind = faultKind({
  name: 'partition',
  family: 'network',
  summary:
    'Drops packets between members (two sides, a bridge, a ring of majorities), in one direction or both, or between members and their clients.',
  undo: 'leased',
  needs: 'NET_ADMIN in the sidecar',
  parameters: {
    shape: choice(
      ['sides', 'bridge', 'ring'],
      'sides',
      'targets against the rest, two halves of the rest that the one target joins, or a ring of the targets in which each sees another majority',
    ),
    direction: choice(
      ['both', 'inbound', 'outbound'],
      'both',
      'which packets are lost, as the targets see it',
    ),
    scope: choice(
      ['peer', 'client', 'all'],
      'peer',
      'peer traffic, what clients send to the targets, or everything between members',
    ),
    heal: choice(
      ['fast', 'natural'],
      'fast',
      "reset hanging connections, or leave them to TCP's backoff",
    ),
  },
  build({ targets, towards }, { shape, direction, scope, heal }) {
    if (shape === 'sides') return partition(targets, towards, { scope, direction, heal });
    if (scope === 'client' || direction !== 'both') {
      throw new DrillError(
        `\`shape=${shape}\` severs links between members in both directions, but got \`scope=${scope}\` and \`direction=${direction}\`: take \`shape=sides\` for those.`,
      );
    }
    if (shape === 'ring') return partitionAlong(majoritiesRing(targets), { scope, heal });
    const half = Math.floor(towards.length / 2);
    const sides = [towards.slice(0, half), towards.slice(half)] as const;
    return partitionAlong(bridge(onlyOne('a bridge', targets), ...sides), { scope, heal });
  },
});

async function prepare(cut: PlacedCut, heal: 'fast' | 'natural'): Promise<PreparedFault> {
  const { id, scope, severed, open } = cut;
  const port = portOf[scope];
  const both = [...severed, ...open];
  const receivers = receiversOf(cut);
  const before = await rulesBefore([...receivers.keys()]);
  const connectedBefore = await linksOpen(both, port);
  const [whole] = connectedBefore;
  if (heal === 'fast' && whole) await refuseWithoutReset(whole.to, port);

  const inject = (incoming: readonly Link[]): string => {
    const from = (some: readonly Link[]): string[] =>
      incoming.filter((link) => some.includes(link)).map((link) => link.from.address);
    return hookScript(id, [...dropRules(from(severed), scope), ...countRules(from(open), scope)]);
  };
  const undo = unhookScript(id);

  return {
    undoScripts: new Map([...receivers.keys()].map((to) => [to, undo])),
    async inject() {
      await each(receivers, (to, incoming) => to.session.must(inject(incoming)));
    },
    prove: () => proveCut(cut, connectedBefore),
    stillBites: (look = 'cheap') => (look === 'cheap' ? rulesInPlace(cut) : stillCut(cut)),
    async heal() {
      await each(receivers, (to) => to.session.must(undo));
    },
    async proveHealed() {
      const evidence = await proveRulesGone(id, before);
      if (heal === 'fast') evidence.push(...(await resetPeers(both)));
      return [...evidence, ...(await reconnected(connectedBefore, port))];
    },
    commands: {
      inject: [...receivers].map(([to, incoming]) => byHand(to, inject(incoming))),
      heal: [...receivers.keys()].map((to) => byHand(to, undo)),
    },
  };
}
