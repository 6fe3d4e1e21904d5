import type { Engine } from '../engine/engine.ts';
import { exitCode } from '../errors.ts';
import { bounded } from '../faults/disk/mounted.ts';
import { deviceOf } from '../faults/disk/own-disk.ts';
import { refusals, trialWrite } from '../faults/disk/trial-write.ts';
import { eventually } from '../wait.ts';
import { findHelper } from './helper.ts';
import { openSession } from './session.ts';

/** With the unmount, and on a slow disk or machine. */
const checkedWithinMs = 60_000;

/**
 * Whether a disk of a running member takes no writes since an error, until unmounted. It is tried: not
 * every kernel shows it in `/proc/mounts`.
 */
export async function refusesWrites(engine: Engine, run: string, member: string): Promise<boolean> {
  const helper = await findHelper(engine, run);
  if (!helper) return false; // `drill clean` is all that is left for such a run
  await using session = await openSession(helper, 'the helper');
  const trial = eachDisk(
    run,
    member,
    `at="/tmp/trial-$layer"
  mkdir -p "$at" && mount -t ext4 -o noatime "$device" "$at" || exit 1
  ${trialWrite('"$at"')}
  code=$?
  umount "$at" && rmdir "$at"
  [ $code -eq 0 ] || exit $code`,
  );
  const { code } = await session.run(bounded(`trial-${member}`, trial));
  return refusals[code] !== undefined;
}

/** Checks the file systems of a member that is stopped, once the engine has unmounted them. */
export async function checkDisks(engine: Engine, run: string, member: string): Promise<void> {
  const helper = await findHelper(engine, run);
  if (!helper) return; // `drill clean` is all that is left for such a run
  await using session = await openSession(helper, 'the helper');
  const script = eachDisk(run, member, 'e2fsck -p "$device" || [ $? -eq 1 ] || exit 1');
  const subject = `The check of the disks of ${member}, unmounted`;
  const wait = { subject, withinMs: checkedWithinMs, everyMs: 200, code: exitCode.notRemoved };
  // It opens a device exclusively, so it is refused for as long as that is mounted anywhere.
  await eventually(
    wait,
    async () => (await session.run(script, checkedWithinMs)).code === 0 || undefined,
  );
}

/** Shell that runs `body` for each disk of the member's own, with its `$layer` and `$device`. */
const eachDisk = (run: string, member: string, body: string): string =>
  `for image in /disks/drill-${run}-${member}-*.img; do
  [ -e "$image" ] || continue
  layer=$(basename "$image" .img) device=${deviceOf('"$image"', '"$layer"')}
  ${body}
done`;
