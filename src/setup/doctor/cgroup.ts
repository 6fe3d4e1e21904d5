import type { Engine } from '../../engine/engine.ts';
import type { Finding } from './finding.ts';

/** Both versions serve; they differ in what a limit does when it is set. */
export function cgroupFinding({ cgroupVersion }: Engine): Finding {
  return { state: 'ok', subject: 'cgroups', detail: `version ${cgroupVersion}` };
}
