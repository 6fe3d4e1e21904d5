import type { FaultTarget } from '../fault.ts';

const connectTimeoutS = 0.5;

/**
 * What came of an attempt to connect. `refused` is an answer too: nothing listens there, but packets
 * pass both ways. What gets no answer in time, or never leaves, is `silent`.
 */
export type Attempt = 'open' | 'refused' | 'silent';

/** Tries to open a TCP connection from a member to each of `addresses` on `port`, all at once. */
export async function connect(
  from: FaultTarget,
  addresses: readonly string[],
  port: number,
): Promise<ReadonlyMap<string, Attempt>> {
  const attempts = addresses.map(
    (address) =>
      `{ if said=$(LC_ALL=C timeout ${connectTimeoutS} bash -c 'exec 3<>/dev/tcp/${address}/${port}' 2>&1); then echo ${address} open; ` +
      `else case $said in *refused*) echo ${address} refused;; esac; fi; } &`,
  );
  const printed = await from.session.must([...attempts, 'wait; true'].join('\n'));
  const lines = new Set(printed.split('\n'));
  return new Map(
    addresses.map((address): [string, Attempt] => {
      if (lines.has(`${address} open`)) return [address, 'open'];
      return [address, lines.has(`${address} refused`) ? 'refused' : 'silent'];
    }),
  );
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

/**
 * Whether the kernel resets connections for `ss -K`, tried on one that `member` opens to its own
 * `port`, where etcd must listen.
 */
export async function canReset({ address, session }: FaultTarget, port: number): Promise<boolean> {
  const own = `'dst ${address} and dport = ${port} and src ${address}'`;
  const printed = await session.must(
    `bash -c "exec 3<>/dev/tcp/${address}/${port}; ss -KHtn ${own}"`,
  );
  return countLines(printed) > 0;
}

const countLines = (text: string): number => text.split('\n').filter((line) => line.trim()).length;
