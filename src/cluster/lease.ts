import { leaseFolder, renewal } from './lease-holder.ts';
import type { Session } from './session.ts';

/**
 * Who looks after faults: the run's own runner, or a command that injected one by hand, which is
 * named after its fault. Each has a lease of its own in every container that holds leases, so that
 * what it did comes off when it dies, whoever else lives.
 */
export const runner = 'runner';

const leaseRenewMs = 1000;

/** Renews until stopped; `onLost` is called once when the container can no longer be reached. */
export function keepLease(
  session: Session,
  onLost: (error: unknown) => void,
  owner = runner,
): { stop(): void } {
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
  return { stop };
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
  // An undo never stands there without a lease, so the lease comes first.
  await session.must(
    `${renewal(owner)} && mkdir -p ${folder}/undo && cat >${folder}/undo/${fault} <<'DRILL_UNDO'
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
 * Keeps the container from taking anything of the owner's off for the time of a lease, and waits for
 * what it is taking off at this moment: a heal beside it would find half of the fault gone.
 */
export async function holdUndo(session: Session, owner = runner): Promise<void> {
  await session.must(`( flock 9; ${renewal(owner)} ) 9>/run/drill/lock`);
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
