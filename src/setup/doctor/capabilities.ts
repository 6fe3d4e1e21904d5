import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** What each capability is for; the first is what a partition needs. */
const uses: Readonly<Record<string, string>> = {
  NET_ADMIN: 'every network fault, partition among them',
  NET_RAW: 'legacy iptables',
  SYS_ADMIN: 'disk faults',
  SYS_PTRACE: 'disk and clock faults',
  KILL: 'process faults',
};

/** Which capabilities the engine gives to a container that asks for them. */
export async function capabilities(context: ProbeContext): Promise<Finding> {
  const subject = 'capabilities';
  const names = Object.keys(uses);
  const grantable = async (wanted: readonly string[]) =>
    (await tryScript(context, 'true', { CapAdd: [...wanted] })).ok;
  if (await grantable(names)) return { state: 'ok', subject, detail: names.join(', ') };
  const granted = await Promise.all(names.map((name) => grantable([name])));
  const refused = names.filter((_name, index) => !granted[index]);
  return {
    state: 'missing',
    subject,
    detail: `containers are refused ${refused.join(', ')}`,
    remedy: 'run the engine as root, with these in its own bounding set (`capsh --print`)',
    affects: refused.map((name) => uses[name]).join('; '),
    blocks: refused.includes('NET_ADMIN'),
  };
}
