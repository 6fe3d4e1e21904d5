import { undoDue, undoing } from './undo-shell.ts';

/**
 * Leases live in a container of the run, away from whoever renews them. While an owner renews its
 * lease it is alive; when it stops (killed, laptop closed), the container takes off by itself what
 * the owner registered under `/run/drill/<owner>/undo`. Times are the kernel's uptime, so no clock
 * step moves them.
 */
export const leaseTtlS = 6;

export const leaseFolder = (owner: string): string => `/run/drill/${owner}`;

/** Renews a lease; a reader finds the old time or the new one, never an empty file. */
export const renewal = (owner: string): string => {
  const folder = leaseFolder(owner);
  return `[ -d ${folder} ] || mkdir -p ${folder}; read -r up idle </proc/uptime; echo "$up" >${folder}/lease.$$ && mv ${folder}/lease.$$ ${folder}/lease`;
};

/** Docker ends a container that it stops after 10 s. */
const stopWithinS = 4;

/**
 * What a container that holds leases runs as its first process. Stopped from outside, it takes off
 * what is registered: nobody would know of it any more.
 */
export const leaseHolder = `
${renewal('runner')}
${undoing}
${undoDue(leaseTtlS)}
trap 'undo_all stopped ${stopWithinS}; undo_all stopped ${stopWithinS}; exit 0' TERM INT
while :; do
  sleep 1 & wait $!
  undo_due >>/run/drill/undo.log 2>&1
done`;

/**
 * A shell script that prints the age in seconds of the lease that was renewed last, and `kept` where
 * the run was kept; fails where no lease was written yet.
 */
export const leaseAge = `
read -r now idle </proc/uptime; youngest=
for lease in /run/drill/*/lease; do
  read -r last 2>/dev/null <"$lease" || continue
  age=$(( \${now%.*} - \${last%.*} ))
  [ -n "$youngest" ] && [ "$youngest" -le "$age" ] || youngest=$age
done
[ -n "$youngest" ] || exit 1
echo "$youngest"; [ -e /run/drill/kept ] && echo kept; true`;
