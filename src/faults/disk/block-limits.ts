import { findCgroup } from '../cgroup.ts';

/** Limits on the block requests of one cgroup to one device; 0 is none. */
export interface BlockLimits {
  readonly bytesPerSecond: number;
  readonly iops: number;
}

/**
 * Shell script for the helper that sets `$cg`, the folder of the container's cgroup, and defines
 * `limits`, which prints what is set for `$dev` (one line per control file, sorted; nothing where
 * there is no limit), and `limit <bytes/s> <requests/s>`, reads and writes alike, where 0 takes a
 * limit off. Exits 3 where the cgroup is gone, 4 where the kernel has no such limits.
 *
 * Version 1 has a file per limit, version 2 one for all; both know the device by `major:minor`.
 */
export const blockLimits = (device: string, containerId: string): string => `
dev=$(cat /sys/class/block/$(basename ${device})/dev) || exit 5
${findCgroup('blkio', containerId)}
[ -n "$cg" ] || exit 3
v1=$cg/blkio.throttle
[ -e $v1.write_iops_device ] || [ -e $cg/io.max ] || exit 4
limits() { (cd "$cg" && grep -H "^$dev " blkio.throttle.*_device io.max 2>/dev/null) | sort; }
limit() {
  if [ -e $cg/io.max ]; then
    bps=\${1#0} iops=\${2#0}
    echo "$dev rbps=\${bps:-max} wbps=\${bps:-max} riops=\${iops:-max} wiops=\${iops:-max}" >$cg/io.max
    return
  fi
  for way in read write; do
    echo "$dev $1" >\${v1}.\${way}_bps_device && echo "$dev $2" >\${v1}.\${way}_iops_device || return 1
  done
}`;
