import { quoted } from '../quoted.ts';
import type { FaultTarget } from './fault.ts';

/** The command that runs `script` where a fault's own session runs it, for people. */
export const byHand = ({ container }: FaultTarget, script: string): string =>
  `docker exec ${container} sh -c ${quoted(script)}`;
