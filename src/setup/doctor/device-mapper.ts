import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** The kernel's device-mapper, which delays and fails single block requests. */
export async function deviceMapper(context: ProbeContext): Promise<Finding> {
  const subject = 'device-mapper';
  const { ok } = await tryScript(context, 'grep -qw device-mapper /proc/misc');
  if (ok) return { state: 'ok', subject, detail: 'the kernel has it' };
  return {
    state: 'missing',
    subject,
    detail: '/proc/misc does not list it',
    remedy: '`modprobe dm-mod` on the host of the engine',
    affects: 'drills on disks that delay or fail requests',
    blocks: false,
  };
}
