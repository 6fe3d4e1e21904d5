import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** The queueing discipline that delays, drops, doubles and reorders packets. */
export async function netem(context: ProbeContext): Promise<Finding> {
  const subject = 'netem';
  const script = 'tc qdisc add dev lo root netem delay 1ms';
  const { ok, output } = await tryScript(context, script, { CapAdd: ['NET_ADMIN'] });
  if (ok) return { state: 'ok', subject, detail: 'the kernel can delay and lose packets' };
  return {
    state: 'missing',
    subject,
    detail: output,
    remedy: '`modprobe sch_netem` on the host of the engine',
    affects: 'drills that delay, duplicate or reorder packets',
    blocks: false,
  };
}
