/** One attempt at an undo; one that hangs longer is ended, and tried again. */
const undoWithinS = 10;

/** How long a newer undo is given before an older one begins beside it: undos take milliseconds. */
const headStartS = 0.5;

/**
 * Shell functions that run registered undos. The registration's own file is the lock of all that
 * concerns its fault (injecting, undoing, holding the undo back), so that none of these meets another
 * and no fault waits for one that hangs. Undos begin newest first and go on side by side: a write to a
 * frozen disk cannot be killed, and ends when the younger fault that froze it comes off.
 *
 * An undo that worked moves its registration to a folder of its owner's that says why it ran.
 */
export const undoing = `
newest() { # [FAULT]: registrations, whoever owns them
  ls -t /run/drill/*/undo/\${1:-*} 2>/dev/null
}
run_undo() { # REGISTRATION WHY
  timeout -k 1 ${undoWithinS} sh "$1" 9>&- && mkdir -p "\${1%/undo/*}/$2" && mv "$1" "\${1%/undo/*}/$2/"
}
undo_apart() { # REGISTRATION WHY [CONDITION]: begins it, unless somebody is at this fault
  [ -e "$1" ] || return
  {
    if flock -n 9 && [ -e "$1" ] && \${3:-true} "$1"; then run_undo "$1" "$2" & else false; fi
  } 9<"$1"
}
settle() { # REGISTRATION SECONDS: waits until nobody is at this fault
  [ ! -e "$1" ] || { flock -w "$2" 9; } 9<"$1"
}
undo_all() { # WHY SECONDS [FAULT]
  for undo in $(newest $3); do undo_apart "$undo" "$1" && settle "$undo" ${headStartS}; done
  for undo in $(newest $3); do settle "$undo" "$2"; done
}`;

/**
 * What a holder does with undos that are due: those of an owner whose lease is older than `ttlS`, and
 * those whose own time is up.
 */
export const undoDue = (ttlS: number): string => `
is_due() { # REGISTRATION
  owner=\${1%/undo/*} last=0 end=
  read -r now idle </proc/uptime
  read -r last 2>/dev/null <"$owner/lease"
  [ $(( \${now%.*} - \${last%.*} )) -ge ${ttlS} ] && return
  read -r end 2>/dev/null <"$owner/until/\${1##*/}"
  [ -n "$end" ] && [ "\${now%.*}" -ge "$end" ]
}
undo_due() {
  for undo in $(newest); do
    is_due "$undo" && undo_apart "$undo" expired is_due && settle "$undo" ${headStartS}
  done
}`;

/** Longer than an attempt takes, with its end. */
const settledWithinS = undoWithinS + 2;

/**
 * A shell script that runs the registered undo of one fault, or of all, whoever owns it; once more
 * where the first attempt failed, as another fault may have been in its way. It prints
 * `off <fault> <title>` or `on <fault> <title>` for each, and what a failed one said to stderr.
 */
export const healNow = (fault = ''): string => `${undoing}
title_of() { # FOLDERS FAULT
  for why in undo healed expired; do
    read -r mark title 2>/dev/null <"$1/$why/$2" && { echo "$title"; return; }
  done
}
found=$(newest ${fault})
undo_all healed ${settledWithinS} ${fault} >/dev/null 2>&1
undo_all healed ${settledWithinS} ${fault} >&2
for undo in $found; do
  [ -e "$undo" ] && state=on || state=off
  echo "$state \${undo##*/} $(title_of "\${undo%/undo/*}" "\${undo##*/}")"
done`;

/** A shell script that prints `<owner> <fault> <title>` for each fault whose undo is registered. */
export const listUndo = `
for undo in /run/drill/*/undo/*; do
  [ -e "$undo" ] || continue
  read -r mark title <"$undo"
  owner=\${undo%/undo/*}
  echo "\${owner##*/} \${undo##*/} $title"
done`;

/** Shell that waits for whoever is at the fault of \`undo\` and runs \`body\`, while it is registered. */
export const belowUndo = (undo: string, body: string): string => `
{
  flock -w ${settledWithinS} 9 || { echo 'the container has been at this fault for ${settledWithinS} s' >&2; exit 1; }
  ${body}
} 9<${undo}`;
