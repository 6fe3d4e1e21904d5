import type Docker from 'dockerode';
import type { Logger } from 'pino';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { DrillError } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';
import { begin } from '../runner/begin.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import { allSettled } from './all-settled.ts';
import { attachMember } from './attach-member.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { docker } from './docker-errors.ts';
import { endLease, keepLease } from './lease.ts';
import { foreignMembership } from './membership.ts';
import { nameOf } from './naming.ts';
import { startObserver } from './observer.ts';
import { type Session, openSession } from './session.ts';
import { toolsOf } from './tools.ts';

/** What a cluster that runs already is attached to with. */
export interface Attachment {
  readonly engine: Engine;
  readonly run: string;
  /** Whose lease is kept in every container of the run that holds leases; the fault's id. */
  readonly owner: string;
  /** How long a fault may be held after its proof. */
  readonly heldAtMostMs: number;
  /** Leaves nothing that the run did not have before. */
  readonly passing: boolean;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly write: (event: JournalEvent) => void;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
}

/**
 * The cluster of a run, seen from outside of it: a live run's, or one that was kept. Everything is
 * found by label. Nothing of it is changed by attaching, but for a lease of the owner's own.
 */
export async function attachCluster(attachment: Attachment): Promise<Cluster> {
  const { engine, run, owner, heldAtMostMs, nowMs, write, undo, signal } = attachment;
  const found = await containersOf(engine, run);
  const helper = found.find(({ kind }) => kind === 'helper');
  const sidecars = found.filter(({ kind }) => kind === 'sidecar');
  if (!helper || sidecars.length === 0) {
    throw new DrillError(
      `Run ${run} has no cluster that faults could be injected into: its helper or its members are gone. See \`drill clean\`.`,
    );
  }
  const identity = { run, drill: helper.drill };
  const session = await leasedSession(helper.container, 'the helper', attachment);
  const tools = toolsOf({
    ...attachment,
    identity,
    toolbox: helper.image,
    onLost: (name, error) => warnLost(attachment, name, error),
  });
  const members = await allSettled(
    sidecars.map(async ({ container: sidecar, member: name = '' }) => {
      const etcd = found.find((each) => each.name === nameOf(identity, name))?.container;
      if (!etcd) {
        throw new DrillError(
          `${name} of run ${run} has no etcd: bring it back with \`drill fault heal --all --on ${run}\`.`,
        );
      }
      const context = { ...attachment, identity, helper: session, tools };
      const member = await attachMember(name, { etcd, sidecar }, context);
      await keepOwnLease(sidecar, `the sidecar of ${name}`, member.session, attachment);
      return member;
    }),
  );
  const observer = await begin(
    undo,
    'stop observing',
    () => startObserver(() => members, nowMs, write),
    (started) => started[Symbol.asyncDispose](),
  );
  return clusterOf({
    members,
    membership: foreignMembership(members),
    observer,
    faults: {
      nowMs,
      write,
      undo,
      owner,
      heldAtMostMs,
      nextId: () => owner,
      leader: () => observer.majority(),
    },
    signal,
  });
}

interface FoundContainer {
  readonly container: Docker.Container;
  readonly name: string;
  readonly kind: string | undefined;
  readonly member: string | undefined;
  readonly drill: string;
  readonly image: string;
}

async function containersOf(engine: Engine, run: string): Promise<FoundContainer[]> {
  const filters = { label: [`${labels.run}=${run}`] };
  const listed = await docker(engine, `find the containers of ${run}`, () =>
    engine.docker.listContainers({ all: true, filters }),
  );
  const all = listed.map(({ Id, Names, Labels, ImageID }) => ({
    container: engine.docker.getContainer(Id),
    name: Names[0]?.slice(1) ?? '',
    kind: Labels[labels.kind],
    member: Labels[labels.member],
    drill: Labels[labels.drill] ?? '',
    image: ImageID,
  }));
  return all.toSorted((a, b) => memberNumber(a) - memberNumber(b));
}

const memberNumber = ({ member = '' }: FoundContainer): number => Number(member.slice(1));

async function leasedSession(
  container: Docker.Container,
  name: string,
  attachment: Attachment,
): Promise<Session> {
  const session = await begin(
    attachment.undo,
    `close the session with ${name}`,
    () => openSession(container, name, attachment.log),
    (opened) => opened[Symbol.asyncDispose](),
  );
  await keepOwnLease(container, name, session, attachment);
  return session;
}

async function keepOwnLease(
  container: Docker.Container,
  name: string,
  session: Session,
  attachment: Attachment,
): Promise<void> {
  const { owner } = attachment;
  await begin(
    attachment.undo,
    `let the own lease in ${name} go`,
    () => keepLease(container, name, (error) => warnLost(attachment, name, error), owner),
    async (lease) => {
      await lease[Symbol.asyncDispose]();
      await endLease(session, owner);
    },
  );
}

function warnLost({ nowMs, write }: Attachment, name: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `the lease of ${name} can no longer be renewed: ${reason}`;
  write({ type: 'warning', t: nowMs(), message });
}
