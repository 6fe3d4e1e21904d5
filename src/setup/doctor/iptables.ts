import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** Rules as a partition sets them, in a network namespace of their own. */
export async function iptables(context: ProbeContext): Promise<Finding> {
  const subject = 'iptables';
  const script =
    'iptables -w -N DRILL_PROBE; iptables -w -A DRILL_PROBE -p tcp --dport 2380 -j DROP; iptables -V';
  const { ok, output } = await tryScript(context, script, { CapAdd: ['NET_ADMIN'] });
  if (ok) return { state: 'ok', subject, detail: output };
  return {
    state: 'missing',
    subject,
    detail: output,
    remedy: "let the engine's kernel have nf_tables and its containers NET_ADMIN",
    affects: 'partition',
    blocks: true,
  };
}
