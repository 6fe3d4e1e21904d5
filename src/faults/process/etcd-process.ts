import type { FaultTarget } from '../fault.ts';

/** `gone`: there is none (any more); `stopped`: no thread of it runs until SIGCONT. */
export type ProcessState = 'gone' | 'running' | 'stopped';

export interface SeenProcess {
  readonly state: ProcessState;
  /** In the pod's own process namespace; undefined where it is gone. */
  readonly pid?: number;
}

/**
 * What the kernel says of a member's etcd, asked in its pod's process namespace and not of the engine.
 * A zombie is gone: it only waits for somebody to note its end.
 */
export async function seeProcess({ session }: FaultTarget): Promise<SeenProcess> {
  const printed = await session.must('ps -C etcd -o pid=,stat= || [ $? -eq 1 ]');
  for (const line of printed.split('\n')) {
    const [pid = '', stat = 'Z'] = line.trim().split(/\s+/);
    if (!stat.startsWith('Z')) {
      return { state: stat.startsWith('T') ? 'stopped' : 'running', pid: Number(pid) };
    }
  }
  return { state: 'gone' };
}
