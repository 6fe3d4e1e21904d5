/**
 * Leases live in a container of the run, away from whoever renews them. While an owner renews its
 * lease it is alive; when it stops (killed, laptop closed), the container takes off by itself what
 * the owner registered under `/run/drill/<owner>/undo`. Times are the kernel's uptime, so no clock
 * step moves them.
 */
export const leaseTtlS = 6;

/** An undo that hangs must not keep the others from running; it is tried again. */
const undoWithinS = 10;

export const leaseFolder = (owner: string): string => `/run/drill/${owner}`;

/** Renews a lease; a reader finds the old time or the new one, never an empty file. */
export const renewal = (owner: string): string => {
  const folder = leaseFolder(owner);
  return `[ -d ${folder} ] || mkdir -p ${folder}; read -r up idle </proc/uptime; echo "$up" >${folder}/lease.$$ && mv ${folder}/lease.$$ ${folder}/lease`;
};

/** Runs one undo, below the lock, and moves it to a folder of its owner's that says why it ran. */
const runUndo = `
run_undo() { # OWNER'S_FOLDER FAULT WHY
  [ -e "$1/undo/$2" ] || return 0
  timeout -k 1 ${undoWithinS} sh "$1/undo/$2" 9>&- && mkdir -p "$1/$3" && mv "$1/undo/$2" "$1/$3/"
}`;

/**
 * What a container that holds leases runs as its first process. Whatever takes faults off in it does
 * so below one lock, so that a heal from outside never runs beside the container's own.
 */
export const leaseHolder = `
${renewal('runner')}
trap 'exit 0' TERM INT
${runUndo}
is_due() { # OWNER'S_FOLDER FAULT
  last=0 end=
  read -r now idle </proc/uptime
  read -r last 2>/dev/null <"$1/lease"
  [ $(( \${now%.*} - \${last%.*} )) -ge ${leaseTtlS} ] && return
  read -r end 2>/dev/null <"$1/until/$2"
  [ -n "$end" ] && [ "\${now%.*}" -ge "$end" ]
}
while :; do
  sleep 1 & wait $!
  for undo in /run/drill/*/undo/*; do
    [ -e "$undo" ] || continue
    owner=\${undo%/undo/*} fault=\${undo##*/}
    ( flock 9; is_due "$owner" "$fault" && run_undo "$owner" "$fault" expired ) 9>/run/drill/lock >>/run/drill/undo.log 2>&1
  done
done`;

/**
 * A shell script that runs the registered undo of one fault, or of all, whoever owns it. It prints
 * `off <fault> <title>` or `on <fault> <title>` for each, and what a failed one said to stderr.
 */
export const healNow = (fault?: string): string => `${runUndo}
for undo in /run/drill/*/undo/${fault ?? '*'}; do
  [ -e "$undo" ] || continue
  owner=\${undo%/undo/*} fault=\${undo##*/}
  read -r mark title <"$undo"
  ( flock 9; run_undo "$owner" "$fault" healed >&2 ) 9>/run/drill/lock && state=off || state=on
  echo "$state $fault $title"
done`;

/** A shell script that prints `<owner> <fault> <title>` for each fault whose undo is registered. */
export const listUndo = `
for undo in /run/drill/*/undo/*; do
  [ -e "$undo" ] || continue
  read -r mark title <"$undo"
  owner=\${undo%/undo/*}
  echo "\${owner##*/} \${undo##*/} $title"
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
