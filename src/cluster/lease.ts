import type { Session } from './session.ts';

/**
 * A lease lives in a container of the run, away from the runner: while the runner renews it, the
 * run is alive; when it stops (killed, laptop closed), the container takes off by itself what was
 * registered under `/run/drill/undo`. Times are the kernel's uptime, so no clock step moves them.
 */
export const leaseTtlS = 6;
const leaseRenewMs = 1000;

/** Renews the lease; a reader finds the old time or the new one, never an empty file. */
const renewal =
  'read -r up idle </proc/uptime; echo "$up" >/run/drill/lease.new && mv /run/drill/lease.new /run/drill/lease';

/** What a container that holds a lease runs as its first process. */
export const leaseHolder = `
mkdir -p /run/drill/undo /run/drill/expired
${renewal}
trap 'exit 0' TERM INT
while :; do
  sleep 1 & wait $!
  read -r now idle </proc/uptime
  read -r last </run/drill/lease
  [ -n "$last" ] || continue
  [ $(( \${now%.*} - \${last%.*} )) -ge ${leaseTtlS} ] || continue
  for undo in /run/drill/undo/*; do
    [ -e "$undo" ] || continue
    sh "$undo" >>/run/drill/undo.log 2>&1 && mv "$undo" /run/drill/expired/
  done
done`;

/** Renews until stopped; `onLost` is called once when the container can no longer be reached. */
export function keepLease(session: Session, onLost: (error: unknown) => void): { stop(): void } {
  let over = false;
  const stop = (): void => {
    over = true;
    clearInterval(timer);
  };
  const renew = (): void => {
    session.run(renewal).catch((error: unknown) => {
      if (over) return; // the session was closed with a renewal under way
      stop();
      onLost(error);
    });
  };
  const timer = setInterval(renew, leaseRenewMs);
  renew();
  return { stop };
}

/** Registers what the container shall run when the lease runs out; before the fault is made. */
export async function registerUndo(session: Session, fault: string, script: string): Promise<void> {
  await session.must(`cat >/run/drill/undo/${fault} <<'DRILL_UNDO'\n${script}\nDRILL_UNDO`);
}

/** Takes the registration off again: the fault was healed by the runner. */
export async function forgetUndo(session: Session, fault: string): Promise<void> {
  await session.must(`rm -f /run/drill/undo/${fault} /run/drill/expired/${fault}`);
}

/** Whether the container has healed `fault` by itself because the lease ran out. */
export async function leaseExpired(session: Session, fault: string): Promise<boolean> {
  return (await session.run(`[ -e /run/drill/expired/${fault} ]`)).code === 0;
}

/**
 * A shell script that prints the lease's age in seconds, and `kept` where the run was kept; fails
 * where no lease was written yet.
 */
export const leaseAge = `
read -r now idle </proc/uptime; read -r last </run/drill/lease || exit 1
echo $(( \${now%.*} - \${last%.*} )); [ -e /run/drill/kept ] && echo kept; true`;
