import type Docker from 'dockerode';
import { leaseFolder, renewal } from './lease-holder.ts';
import { type Session, openSession } from './session.ts';
import { belowUndo } from './undo-shell.ts';

/**
 * Who looks after faults: the run's own runner, or a command that injected one by hand, which is
 * named after its fault. Each has a lease of its own in every container that holds leases, so that
 * what it did comes off when it dies, whoever else lives.
 */
export const runner = 'runner';

const leaseRenewMs = 1000;
/** Longer than an undo that is under way may take. */
const holdWithinMs = 15_000;

/** A lease that is renewed until it is disposed of. */
export type Lease = AsyncDisposable;

/**
 * Renews an owner's lease in a container, through a session of its own: behind a command that takes
 * its time the lease would run out. `onLost` is called once, when the container can no longer be
 * reached.
 */
export async function keepLease(
  container: Docker.Container,
  name: string,
  onLost: (error: unknown) => void,
  owner = runner,
): Promise<Lease> {
  const session = await openSession(container, name);
  let over = false;
  const stop = (): void => {
    over = true;
    clearInterval(timer);
  };
  const renew = (): void => {
    session.run(renewal(owner)).catch((error: unknown) => {
      if (over) return; // the session was closed with a renewal under way
      stop();
      onLost(error);
    });
  };
  const timer = setInterval(renew, leaseRenewMs);
  renew();
  return {
    async [Symbol.asyncDispose]() {
      stop();
      await session[Symbol.asyncDispose]();
    },
  };
}

/** What a container runs by itself to take a fault off. */
export interface Undo {
  readonly fault: string;
  /** For people who ask what is on. */
  readonly title: string;
  /** Shell script; idempotent, as it runs again until it exits 0. */
  readonly script: string;
}

/** Registers what the container shall run when the owner's lease runs out; before the fault is made. */
export async function registerUndo(
  session: Session,
  { fault, title, script }: Undo,
  owner = runner,
): Promise<void> {
  const folder = leaseFolder(owner);
  // An undo never stands there without a lease, nor in part: whoever heals would run what is there.
  await session.must(
    `${renewal(owner)} && mkdir -p ${folder}/undo && cat >${folder}/undo/.${fault} <<'DRILL_UNDO' && mv ${folder}/undo/.${fault} ${folder}/undo/${fault}
# ${title.replaceAll(/\s+/g, ' ')}
${script}
DRILL_UNDO`,
  );
}

/** Lets the container take the fault off in `seconds` from now, even if its owner lives on. */
export async function boundUndo(
  session: Session,
  fault: string,
  seconds: number,
  owner = runner,
): Promise<void> {
  const folder = leaseFolder(owner);
  await session.must(
    `read -r up idle </proc/uptime; mkdir -p ${folder}/until && echo $(( \${up%.*} + ${Math.ceil(seconds)} )) >${folder}/until/${fault}`,
  );
}

/**
 * Keeps the container from taking the fault off for the time of a lease, and by its own time from then
 * on. Waits for whoever is taking it off at this moment: a heal beside that would find half of the
 * fault gone.
 */
export async function holdUndo(session: Session, fault: string, owner = runner): Promise<void> {
  const undo = `${leaseFolder(owner)}/undo/${fault}`;
  const hold = belowUndo(
    undo,
    `{ ${renewal(owner)}; } && rm -f ${leaseFolder(owner)}/until/${fault}`,
  );
  // What was taken off by the time is held as well.
  await session.must(`[ ! -e ${undo} ] || ${hold} || [ ! -e ${undo} ]`, holdWithinMs);
}

/** Takes the registration off again: the fault was healed by its owner. */
export async function forgetUndo(session: Session, fault: string, owner = runner): Promise<void> {
  const files = ['undo', 'until', 'expired', 'healed'].map(
    (kind) => `${leaseFolder(owner)}/${kind}/${fault}`,
  );
  await session.must(`rm -f ${files.join(' ')}`);
}

/** Whether the container has healed `fault` by itself because the lease ran out, or its time did. */
export async function leaseExpired(
  session: Session,
  fault: string,
  owner = runner,
): Promise<boolean> {
  return (await session.run(`[ -e ${leaseFolder(owner)}/expired/${fault} ]`)).code === 0;
}

/** Leaves nothing of an owner that has nothing registered any more; one that has keeps its lease. */
export async function endLease(session: Session, owner: string): Promise<void> {
  const folder = leaseFolder(owner);
  await session.must(`[ -z "$(ls ${folder}/undo 2>/dev/null)" ] || exit 0; rm -rf ${folder}`);
}
