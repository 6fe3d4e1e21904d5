import { type FaultTarget, FaultUnproved } from '../fault.ts';
import { chainOf } from './packet-rules.ts';

/** One rule of a fault's own chain, with the packets that met it. */
export interface CountedRule {
  readonly source?: string;
  /** Which port of a packet it looks at; absent where it looks at none. */
  readonly side?: 'dport' | 'sport';
  readonly verdict: string;
  readonly packets: number;
}

/**
 * The rules of a fault's chain with their counters. Throws `FaultUnproved` where the chain is not
 * hooked, or where a foreign rule above its hook lets packets from one of `sources` (from anyone,
 * where none are given) pass.
 */
export async function countedRules(
  target: FaultTarget,
  fault: string,
  sources: readonly (string | undefined)[] = [undefined],
): Promise<CountedRule[]> {
  const rules = await filterRules(target);
  const chain = chainOf(fault);
  const input = rules.filter((rule) => rule.chain === 'INPUT');
  const hook = input.findIndex((rule) => rule.target === chain);
  if (hook < 0)
    throw new FaultUnproved(`the rules of ${fault} are not in ${target.name}'s namespace`);
  const above = input.slice(0, hook);
  const over = above.find((rule) => sources.some((source) => letsPass(rule, source, rules)));
  if (over) {
    throw new FaultUnproved(
      `${target.name} has a rule above those of ${fault} that lets their packets pass: \`${over.text}\``,
    );
  }
  return rules
    .filter((rule) => rule.chain === chain)
    .map(({ source, text, target: verdict, packets }) => {
      const side = /--([ds]port) /.exec(text)?.[1] as CountedRule['side'];
      return {
        verdict,
        packets,
        ...(source === undefined ? {} : { source: source.replace('/32', '') }),
        ...(side === undefined ? {} : { side }),
      };
    });
}

/** The namespace's filter rules that are not of a fault, without counters and remarks. */
export async function foreignRules(target: FaultTarget): Promise<string[]> {
  return (await ruleSet(target)).filter((rule) => !/\bDRILL_\w+/.test(rule));
}

/** Whether anything of the fault's chain is in the namespace. */
export async function hasRulesOf(target: FaultTarget, fault: string): Promise<boolean> {
  return (await ruleSet(target)).some((rule) => rule.split(' ').includes(chainOf(fault)));
}

async function ruleSet(target: FaultTarget): Promise<string[]> {
  const saved = await target.session.must('iptables-save -t filter');
  return saved
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^:(\S+)/, '-N $1').replace(/ \[\d+:\d+\]$/, ''));
}

/** A rule of the filter table as `iptables-save -c` prints it. */
interface FilterRule {
  readonly chain: string;
  readonly source: string | undefined;
  /** Chain or verdict that it jumps to; empty where it only counts. */
  readonly target: string;
  readonly packets: number;
  readonly text: string;
}

async function filterRules({ session }: FaultTarget): Promise<FilterRule[]> {
  const saved = await session.must('iptables-save -c -t filter');
  return saved.split('\n').flatMap((line): FilterRule[] => {
    const [, packets, text = '', chain = ''] = /^\[(\d+):\d+\] (-A (\S+).*)$/.exec(line) ?? [];
    if (packets === undefined) return [];
    const source = /(?<!! )-s (\S+)/.exec(text)?.[1];
    const target = / -[jg] (\S+)/.exec(text)?.[1] ?? '';
    return [{ chain, source, target, packets: Number(packets), text }];
  });
}

/**
 * Whether a rule may let a TCP packet from `source` skip the rules after it. What else it matches is
 * not weighed, so the answer errs towards yes. A chain that only drops, counts or marks lets nothing.
 */
function letsPass(
  rule: FilterRule,
  source: string | undefined,
  rules: readonly FilterRule[],
): boolean {
  if (rule.source !== undefined && source !== undefined && !covers(rule.source, source))
    return false;
  const protocol = / -p (\S+)/.exec(rule.text)?.[1] ?? 'tcp';
  if (protocol !== 'tcp' || rule.target.startsWith('DRILL_')) return false;
  if (rule.target === 'ACCEPT' || (rule.target === 'RETURN' && rule.chain === 'INPUT')) return true;
  return rules.some((inner) => inner.chain === rule.target && letsPass(inner, source, rules));
}

/** Whether a network as `10.0.0.0/8` holds an address. */
function covers(network: string, address: string): boolean {
  const [base = '', bits = '32'] = network.split('/');
  const shift = 2 ** (32 - Number(bits));
  return Math.floor(asNumber(base) / shift) === Math.floor(asNumber(address) / shift);
}

const asNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
