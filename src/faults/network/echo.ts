import { readFileSync } from 'node:fs';
import type { FaultTarget } from '../fault.ts';

/** How a link is measured: ICMP echoes, which the peer's kernel answers whether etcd runs or not. */
export interface EchoPlan {
  readonly count: number;
  readonly spacingMs: number;
  readonly payloadBytes: number;
  /** How long the last ones are waited for. */
  readonly waitMs: number;
}

/** What came of the echoes over one link. */
export interface Echoes {
  readonly sent: number;
  /** Those that came back, once or more often. */
  readonly answered: number;
  readonly duplicates: number;
  /** Those that came back behind one that was sent later. */
  readonly overtaken: number;
  /** Round trips, shortest first. */
  readonly rttsMs: readonly number[];
  /** From the first echo sent to the last one that came back. */
  readonly tookMs: number;
}

const program = readFileSync(new URL('./echo.pl', import.meta.url), 'utf8');

/** A busy machine takes its time to start a program. */
const startsWithinMs = 10_000;

/** Sends echoes from a member to each of `addresses`, all at once. */
export async function echo(
  from: FaultTarget,
  addresses: readonly string[],
  { count, spacingMs, payloadBytes, waitMs }: EchoPlan,
): Promise<ReadonlyMap<string, Echoes>> {
  const words = [count, spacingMs, payloadBytes, waitMs, ...addresses].join(' ');
  const printed = await from.session.must(
    `perl - ${words} <<'ECHO'\n${program}\nECHO`,
    count * spacingMs + waitMs + startsWithinMs,
  );
  return new Map(printed.trim().split('\n').map(echoesOf));
}

/** `10.0.0.2 3 0:100:250 1:5100:5260`: address, echoes sent, then sequence, sent at, answered at. */
export function echoesOf(line: string): [address: string, Echoes] {
  const [address = '', sent = '0', ...printed] = line.split(' ');
  const answers = printed.map((answer) => answer.split(':').map(Number));
  const first = new Map<number, number>();
  let latest = -1;
  let overtaken = 0;
  for (const [sequence = 0, sentUs = 0, answeredUs = 0] of answers) {
    if (first.has(sequence)) continue;
    first.set(sequence, (answeredUs - sentUs) / 1000);
    if (sequence < latest) overtaken += 1;
    latest = Math.max(latest, sequence);
  }
  const lastUs = Math.max(...answers.map(([, , answeredUs = 0]) => answeredUs));
  const firstUs = Math.min(...answers.map(([, sentUs = 0]) => sentUs));
  return [
    address,
    {
      sent: Number(sent),
      answered: first.size,
      duplicates: answers.length - first.size,
      overtaken,
      rttsMs: [...first.values()].toSorted((a, b) => a - b),
      tookMs: answers.length === 0 ? 0 : (lastUs - firstUs) / 1000,
    },
  ];
}

/** The middle round trip; undefined where no echo came back. */
export const medianRttMs = ({ rttsMs }: Echoes): number | undefined =>
  rttsMs[Math.floor(rttsMs.length / 2)];
