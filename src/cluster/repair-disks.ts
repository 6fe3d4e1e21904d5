import type { Engine } from '../engine/engine.ts';
import { exitCode } from '../errors.ts';
import { deviceOf } from '../faults/disk/own-disk.ts';
import { eventually } from '../wait.ts';
import { findHelper } from './helper.ts';
import { type Session, openSession } from './session.ts';

/** With the unmount, and on a slow disk or machine. */
const checkedWithinMs = 60_000;

/** Whether a disk of the member whose sidecar this is takes no writes since an error, until unmounted. */
export async function refusesWrites(sidecar: Session): Promise<boolean> {
  const script = `etcd=$(pgrep -ox etcd) && grep -qE ' (/data|/wal) ext4 (ro[, ]|[^ ]*emergency_ro)' "/proc/$etcd/mounts"`;
  return (await sidecar.run(script)).code === 0;
}

/** Checks the file systems of a member that is stopped, once the engine has unmounted them. */
export async function checkDisks(engine: Engine, run: string, member: string): Promise<void> {
  const helper = await findHelper(engine, run);
  if (!helper) return; // `drill clean` is all that is left for such a run
  await using session = await openSession(helper, 'the helper');
  const script = `for image in /disks/drill-${run}-${member}-*.img; do
  layer=$(basename "$image" .img)
  e2fsck -p ${deviceOf('"$image"', '"$layer"')} || [ $? -eq 1 ] || exit 1
done`;
  const subject = `The check of the disks of ${member}, unmounted`;
  const wait = { subject, withinMs: checkedWithinMs, everyMs: 200, code: exitCode.notRemoved };
  // It opens a device exclusively, so it is refused for as long as that is mounted anywhere.
  await eventually(
    wait,
    async () => (await session.run(script, checkedWithinMs)).code === 0 || undefined,
  );
}
