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

/** A file system that takes no writes hangs whoever tries, unkillable. */
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
for wait in 0.02 0.05 0.1 ${Array.from({ length: hangsAfterS * 5 }, () => '0.2').join(' ')}; do
  if [ -e ${end} ]; then code=$(cat ${end}); rm ${end}; exit $code; fi
  sleep $wait
done
echo "did not finish in ${hangsAfterS} s: does the disk hang?" >&2
exit 124`;
}
