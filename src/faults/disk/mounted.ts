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
 * A file system that takes no writes hangs whoever tries, unkillable. Told by the kernel's uptime, as
 * on a slow machine the sleeps between looks take longer than they say.
 */
const hangsAfterS = 8;

/**
 * Shell script that runs `script` for as long as the session may wait, so that a disk that hangs
 * breaks neither the session nor the heal of any other fault.
 */
export function bounded(id: string, script: string): string {
  const end = `/tmp/${id}.end`;
  return `rm -f ${end}
{ (
${script}
); echo $? >${end}.new; mv ${end}.new ${end}; } &
read -r begun idle </proc/uptime; set -- 0.02 0.05 0.1
while read -r now idle </proc/uptime; [ $((\${now%.*} - \${begun%.*})) -le ${hangsAfterS} ]; do
  if [ -e ${end} ]; then read -r code <${end}; rm ${end}; exit $code; fi
  sleep \${1:-0.2}; [ $# -eq 0 ] || shift
done
echo "did not finish in ${hangsAfterS} s: does the disk hang?" >&2
exit 124`;
}
