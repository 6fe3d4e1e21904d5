import { quoted } from '../../quoted.ts';
import type { OwnDisk } from './own-disk.ts';

/**
 * Shell script that runs `body` with the disk's file system at `$at`, by a mount of the helper's own
 * that is gone afterwards. Its exit status is the body's.
 */
export function mounted(id: string, { device }: OwnDisk, body: string): string {
  return `at=/tmp/${id}
mkdir -p "$at" && mount -t ext4 -o noatime ${device} "$at" || exit 1
(
${body}
)
code=$?
umount "$at" && rmdir "$at"
exit $code`;
}

/**
 * A file system that takes no writes hangs whoever tries, unkillable; a session waits for 10 s. Told by
 * the kernel's uptime, as on a slow machine the sleeps between looks take longer than they say.
 */
const hangsAfterS = 7;

/**
 * Shell script that runs `script` for as long as the session may wait, so that a disk that hangs
 * breaks neither the session nor the heal of any other fault. Giving up ends all that it started, so
 * that nothing of it acts behind an undo. What the kernel holds cannot be ended before that lets go,
 * and ends then, without another call; the error says so.
 */
export function bounded(id: string, script: string): string {
  const end = `/tmp/${id}.end`;
  // A group of its own is what can be ended as a whole.
  const body = `(
${script}
); echo $? >${end}.new; mv ${end}.new ${end}`;
  return `rm -f ${end}
setsid sh -c ${quoted(body)} &
group=$!
passOn() { if [ -e ${end} ]; then read -r code <${end}; rm ${end}; exit $code; fi; }
read -r begun idle </proc/uptime; set -- 0.02 0.05 0.1
while read -r now idle </proc/uptime; [ $((\${now%.*} - \${begun%.*})) -lt ${hangsAfterS} ]; do
  passOn
  sleep \${1:-0.2}; [ $# -eq 0 ] || shift
done
lives() {
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    set -- \${line##*) }
    [ "$3" != $group ] || [ "$1" = Z ] || return 0
  done
  return 1
}
left=', and goes on hanging until the disk lets go'
for signal in TERM KILL; do
  kill -s $signal -- -$group 2>/dev/null
  for try in 1 2 3; do
    lives || { left=', and was ended'; break 2; }
    sleep 0.1
  done
done
passOn
umount -l /tmp/${id} 2>/dev/null && rmdir /tmp/${id}
echo "did not finish in ${hangsAfterS} s$left: does the disk hang?" >&2
exit 124`;
}
