import { DrillError } from '../../errors.ts';
import { byHand } from '../by-hand.ts';
import {
  type FaultTarget,
  FaultUnproved,
  type HealableFault,
  type PreparedFault,
} from '../fault.ts';
import type { EchoPlan, Echoes } from './echo.ts';
import type { Link } from './links.ts';
import { type ShapedLink, type Shaper, shaperFor } from './shaper.ts';
import {
  type Seen,
  type Senders,
  measure,
  noEchoes,
  refuseBlind,
  untilAllAsBefore,
  untilAllShow,
  untilAllStillShow,
} from './shaping-proof.ts';

/** What a fault that shapes traffic says of itself; the rest is the same for all of them. */
export interface Shaping {
  readonly name: string;
  readonly title: string;
  readonly parameters: HealableFault['parameters'];
  readonly links: readonly ShapedLink[];
  readonly echoes: EchoPlan;
}

type LeasedFault = HealableFault & { readonly undo: 'leased' };

/**
 * A fault on what members send to some of their peers. Needs NET_ADMIN in the sidecar. Proven by
 * echoes that fare otherwise than before and by packets counted where they are shaped; gone when
 * nothing of it stands and echoes fare as before.
 */
export function shaping({ name, title, parameters, links, echoes }: Shaping): LeasedFault {
  const [first] = links;
  if (!first)
    throw new DrillError(
      `${name} shapes what targets send to other members, but got no link between two of them: name targets and peers that differ.`,
    );
  const senders = Map.groupBy(links, ({ from }) => from);
  return {
    name,
    title,
    undo: 'leased',
    targets: [...senders.keys()],
    parameters,
    prepare: (id) => prepare(id, name, senders, echoes),
  };
}

/** The links from `targets` to `towards`; where that is nobody, to one another. */
export function linksTowards(
  targets: readonly FaultTarget[],
  towards: readonly FaultTarget[],
): Link[] {
  const peers = towards.length === 0 ? targets : towards;
  return targets.flatMap((from) =>
    peers.filter((to) => to.name !== from.name).map((to) => ({ from, to })),
  );
}

async function prepare(
  id: string,
  name: string,
  senders: Senders,
  plan: EchoPlan,
): Promise<PreparedFault> {
  const shapers = new Map<FaultTarget, Shaper>();
  for (const [from, links] of senders) shapers.set(from, await shaperFor(name, id, from, links));
  const before = await measure(senders, plan);
  const of = (link: ShapedLink): Echoes => before.get(link) ?? noEchoes;
  let held: Seen = new Map();

  const shaped = <T>(act: (from: FaultTarget, shaper: Shaper) => Promise<T>): Promise<T[]> =>
    Promise.all([...shapers].map(([from, shaper]) => act(from, shaper)));

  return {
    undoScripts: new Map([...shapers].map(([from, { undo }]) => [from, undo])),

    async inject() {
      await shaped((from, { inject }) => from.session.must(inject));
    },

    async prove() {
      for (const link of before.keys()) refuseBlind(link, of(link));
      held = await untilAllShow(senders, plan, of);
      const counted = await shaped((_, shaper) => shaper.packets());
      return counted.flatMap((packets) =>
        [...packets].map(([link, count]) => {
          const { from, to } = link;
          if (count === 0)
            throw new FaultUnproved(`no packet to ${to.name} was met at ${from.name}`);
          const by = shapers.get(from)?.by;
          return `${from.name} → ${to.name}: ${held.get(link)?.shown} (${count} packets met by ${by})`;
        }),
      );
    },

    async stillBites(look = 'cheap') {
      await shaped((_, shaper) => shaper.packets());
      if (look === 'last') held = await untilAllStillShow(senders, plan);
    },

    async heal() {
      await shaped((from, { undo }) => from.session.must(undo));
    },

    async proveHealed() {
      await shaped((_, shaper) => shaper.proveGone());
      const lines = await untilAllAsBefore(senders, plan, of, held);
      const gone = [...shapers].map(
        ([{ name: from }, { by }]) =>
          `${from}: nothing of the ${by} is left, what was there stands`,
      );
      return [...gone, ...lines];
    },

    commands: {
      inject: [...shapers].map(([from, { inject }]) => byHand(from, inject)),
      heal: [...shapers].map(([from, { undo }]) => byHand(from, undo)),
    },
  };
}
