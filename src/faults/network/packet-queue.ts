import { readFileSync } from 'node:fs';
import { type FaultTarget, FaultUnproved, NotAsBefore } from '../fault.ts';
import { linkNumber, shapedAlready } from './fault-number.ts';
import { removalOf } from './packet-rules.ts';
import type { NoShaper, ShapedLink, Shaper } from './shaper.ts';

/** What a packet queue does to the packets of one link; share and mean length as netem has them. */
export interface QueuePlan {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly distribution: 'uniform' | 'normal';
  /** Share of packets that are lost, up to 1. */
  readonly loss: number;
  /** Mean number of packets that are lost in a row. */
  readonly burst: number;
}

const program = readFileSync(new URL('./packet-queue.pl', import.meta.url), 'utf8');

/**
 * Shapes links by handing their packets to a reader in the sidecar, which tells the kernel when each
 * goes on, if at all. The rules stand in the raw table, before connection tracking, which takes
 * packets of one flow that wait together for rivals and drops all but one. A reader that dies lets
 * packets pass.
 */
export async function packetQueue(
  fault: string,
  from: FaultTarget,
  links: readonly ShapedLink[],
): Promise<Shaper | NoShaper> {
  const queued = queuedLinks(fault, links);
  if (queued === undefined) return { why: 'a packet queue cannot do it' };
  const refused = await tryQueue(fault, from, queued);
  if (refused !== undefined) return { why: `it has no packet queue either (${refused})` };
  const before = await rules(from);
  refuseQueued(links, before);
  const foreign = before.filter((rule) => !isOwn(rule));
  return {
    by: 'packet queue',
    inject: injectScript(fault, queued),
    undo: undoScript(fault),
    packets: () => packets(fault, from, links),
    async proveGone() {
      const now = await rules(from);
      if (now.some((rule) => rule.includes(chainOf(fault))))
        throw new Error(`${from.name} still has rules of ${fault}`);
      if ((await from.session.run(`pgrep -f '${processOf(fault)}'`)).code === 0)
        throw new Error(`the reader of ${fault} still runs in ${from.name}`);
      const lost = foreign.find((rule) => !now.includes(rule));
      if (lost !== undefined)
        throw new NotAsBefore(`${from.name} lost the rule \`${lost}\` meanwhile`);
    },
  };
}

interface QueuedLink {
  readonly link: ShapedLink;
  readonly queue: number;
  /** As the reader takes it: queue and plan. */
  readonly word: string;
}

/** Undefined where one of the links asks for what a queue cannot do. */
function queuedLinks(fault: string, links: readonly ShapedLink[]): QueuedLink[] | undefined {
  const queued = links.flatMap((link, index) => {
    if (link.queue === undefined) return [];
    const queue = linkNumber(fault, index);
    const { delayMs, jitterMs, distribution, loss, burst } = link.queue;
    const [delayUs, jitterUs] = [delayMs, jitterMs].map((ms) => Math.round(ms * 1000));
    const word = [queue, delayUs, jitterUs, distribution, loss, burst].join(':');
    return [{ link, queue, word }];
  });
  return queued.length === links.length ? queued : undefined;
}

const chainOf = (fault: string): string => `DRILL_${fault}_OUT`;
const isOwn = (rule: string): boolean => /\bDRILL_\w+_OUT\b/.test(rule);
const hookOf = (fault: string): string =>
  `OUTPUT -m comment --comment drill:${fault} -j ${chainOf(fault)}`;
const readerOf = (fault: string): string => `/run/drill/queue-${fault}.pl`;
/** Of the reader alone: no other command line begins so. */
const processOf = (fault: string): string => `^perl ${readerOf(fault)} `;

const install = (fault: string): string => `cat >${readerOf(fault)} <<'READER'\n${program}\nREADER`;

/** Binds the queues and makes rules that no packet meets; says what failed where something did. */
async function tryQueue(
  fault: string,
  { session }: FaultTarget,
  queued: readonly QueuedLink[],
): Promise<string | undefined> {
  const chain = `DRILL_try_${fault}`;
  const { code, stderr } = await session.run(
    `${install(fault)}
    perl ${readerOf(fault)} --try ${queued.map(({ word }) => word).join(' ')} &&
    iptables -w 5 -t raw -N ${chain} && {
      iptables -w 5 -t raw -A ${chain} -j NFQUEUE --queue-num 1 --queue-bypass; code=$?
      iptables -w 5 -t raw -F ${chain}; iptables -w 5 -t raw -X ${chain}; [ $code -eq 0 ]
    }; code=$?; rm -f ${readerOf(fault)}; exit $code`,
  );
  return code === 0 ? undefined : stderr.trim().split('\n', 1)[0];
}

async function rules({ session }: FaultTarget): Promise<string[]> {
  const saved = await session.must('iptables-save -t raw');
  return saved
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}

function refuseQueued(links: readonly ShapedLink[], found: readonly string[]): void {
  const taken = links.find(({ to }) =>
    found.some((rule) => isOwn(rule) && rule.includes(` -d ${to.address}/32 `)),
  );
  if (taken) throw shapedAlready(taken);
}

/** The reader first, so that no packet passes by because nobody listens yet. */
function injectScript(fault: string, queued: readonly QueuedLink[]): string {
  const chain = chainOf(fault);
  return [
    install(fault),
    `perl ${readerOf(fault)} ${queued.map(({ word }) => word).join(' ')} || exit 1`,
    "iptables-restore -w 5 --noflush <<'RULES'",
    '*raw',
    `:${chain} - [0:0]`,
    ...queued.map(
      ({ link, queue }) =>
        `-A ${chain} -d ${link.to.address}/32 -j NFQUEUE --queue-num ${queue} --queue-bypass`,
    ),
    `-I ${hookOf(fault)}`,
    'COMMIT',
    'RULES',
  ].join('\n');
}

/** The rules first; then the reader, which lets go on what it holds. */
function undoScript(fault: string): string {
  const reader = `-f '${processOf(fault)}'`;
  return [
    removalOf('raw', chainOf(fault), hookOf(fault)),
    `pkill ${reader}; for i in 1 2 3 4 5 6 7 8 9 10; do pgrep ${reader} >/dev/null || break; sleep 0.1; done`,
    `pkill -KILL ${reader}; rm -f ${readerOf(fault)}`,
  ].join('; ');
}

/** What the rules counted; a reader that is gone lets packets pass, so it is looked for as well. */
async function packets(
  fault: string,
  from: FaultTarget,
  links: readonly ShapedLink[],
): Promise<ReadonlyMap<ShapedLink, number>> {
  const { session, name } = from;
  const reader = await session.run(`pgrep -f '${processOf(fault)}'`);
  if (reader.code !== 0) throw new FaultUnproved(`the reader of ${fault} is gone from ${name}`);
  const { code, stdout } = await session.run(
    `iptables -w 5 -t raw -C ${hookOf(fault)} && iptables -w 5 -t raw -nvxL ${chainOf(fault)}`,
  );
  if (code !== 0) throw new FaultUnproved(`the rules of ${fault} are gone from ${name}`);
  return new Map(
    links.map((link): [ShapedLink, number] => {
      const line = stdout.split('\n').find((one) => one.split(/\s+/).includes(link.to.address));
      if (line === undefined)
        throw new FaultUnproved(
          `the rule of ${fault} towards ${link.to.name} is gone from ${name}`,
        );
      return [link, Number(/^\s*(\d+)/.exec(line)?.[1])];
    }),
  );
}
