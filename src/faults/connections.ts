import type { FaultTarget } from './fault.ts';

const connectTimeoutS = 0.5;

/** Which of `addresses` a member can open a TCP connection to on `port`, tried at once. */
export async function reachable(
  from: FaultTarget,
  addresses: readonly string[],
  port: number,
): Promise<Set<string>> {
  const attempts = addresses.map(
    (address) =>
      `{ timeout ${connectTimeoutS} bash -c 'exec 3<>/dev/tcp/${address}/${port}' 2>/dev/null && echo ${address}; } &`,
  );
  const printed = await from.session.must([...attempts, 'wait; true'].join('\n'));
  return new Set(printed.split('\n').filter((line) => line !== ''));
}

/** What became of the connections that were to be reset. */
export interface Reset {
  /** Connections that stood before. */
  readonly stale: number;
  readonly killed: number;
}

/**
 * Resets live peer connections towards `addresses`, so that etcd dials again at once: TCP's own
 * backoff after a cut of 15 s takes another 12 s. `ss -K` exits 0 when it killed nothing (a kernel
 * without CONFIG_INET_DIAG_DESTROY), so what it printed is counted.
 */
export async function resetConnections(
  from: FaultTarget,
  addresses: readonly string[],
): Promise<Reset> {
  const peers = addresses.map((address) => `dst ${address}`).join(' or ');
  const filter = `'( sport = 2380 or dport = 2380 ) and ( ${peers} )'`;
  const printed = await from.session.must(`ss -Htn ${filter}; echo --; ss -KHtn ${filter}`);
  const [before = '', killed = ''] = printed.split('--\n');
  return { stale: countLines(before), killed: countLines(killed) };
}

const countLines = (text: string): number => text.split('\n').filter((line) => line.trim()).length;
