import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** Block devices on files, which are the disks of members. */
export async function loopDevices(context: ProbeContext): Promise<Finding> {
  const subject = 'loop devices';
  const script =
    'truncate -s 1M /tmp/probe; device=$(losetup -f --show /tmp/probe); losetup -d "$device"; echo "$device"';
  const { ok, output } = await tryScript(context, script, {
    CapAdd: ['SYS_ADMIN'],
    Binds: ['/dev:/dev'],
    DeviceCgroupRules: ['b 7:* rwm', 'c 10:237 rwm'],
  });
  if (ok) return { state: 'ok', subject, detail: `${output} was free` };
  return {
    state: 'missing',
    subject,
    detail: output,
    remedy: '`modprobe loop` on the host of the engine',
    affects: '`regression/15247`, and drills of your own on members with disks',
    blocks: false,
  };
}
