import type { FaultTarget } from '../fault.ts';

/**
 * What came of an attempt to connect. `refused` is an answer too: nothing listens there, but packets
 * pass both ways. What gets no answer in time, or never leaves, is `silent`.
 */
export type Attempt = 'open' | 'refused' | 'silent';

/** Connects to every address at once, in one process, and prints each that answered in time. */
const connectProgram = `
use Socket qw(:DEFAULT SOCK_NONBLOCK); use Errno qw(EINPROGRESS ECONNREFUSED);
my ($port, $left, @addresses) = @ARGV;
my %pending;
sub answered { my ($address, $error) = @_; print $error == 0 ? "$address open\\n" : $error == ECONNREFUSED ? "$address refused\\n" : ""; }
for my $address (@addresses) {
  socket(my $socket, PF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die "socket: $!";
  if (connect($socket, pack_sockaddr_in($port, inet_aton($address)))) { answered($address, 0); }
  elsif ($! == EINPROGRESS) { $pending{fileno $socket} = [$socket, $address]; }
  else { answered($address, $! + 0); }
}
while (%pending) {
  my $ready = ""; vec($ready, $_, 1) = 1 for keys %pending;
  (my $count, $left) = select(undef, $ready, undef, $left);
  last if $count < 1;
  for (grep { vec($ready, $_, 1) } keys %pending) {
    my ($socket, $address) = @{delete $pending{$_}};
    answered($address, unpack("i", getsockopt($socket, SOL_SOCKET, SO_ERROR)));
  }
}`;

/** Tries to open a TCP connection from a member to each of `addresses` on `port`, all at once. */
export async function connect(
  from: FaultTarget,
  addresses: readonly string[],
  port: number,
  withinMs: number,
): Promise<ReadonlyMap<string, Attempt>> {
  const words = [port, withinMs / 1000, ...addresses].join(' ');
  const printed = await from.session.must(
    `perl - ${words} <<'CONNECT'\n${connectProgram}\nCONNECT`,
  );
  const lines = new Set(printed.split('\n'));
  return new Map(
    addresses.map((address): [string, Attempt] => {
      if (lines.has(`${address} open`)) return [address, 'open'];
      return [address, lines.has(`${address} refused`) ? 'refused' : 'silent'];
    }),
  );
}

/** Which of a member's connections are meant, as `ss` filters them. */
export type ConnectionFilter = string;

/** Peer connections between a member and `addresses`, whoever dialed. */
export const peerConnections = (addresses: readonly string[]): ConnectionFilter =>
  `( sport = 2380 or dport = 2380 ) and ( ${addresses.map((address) => `dst ${address}`).join(' or ')} )`;

/** Connections that clients have to a member. */
export const clientConnections: ConnectionFilter = '( sport = 2379 )';

/** What became of the connections that were to be reset. */
export interface Reset {
  /** Connections that stood before, as `local peer` addresses with ports. */
  readonly stale: readonly string[];
  readonly killed: readonly string[];
}

/**
 * Resets a member's live connections, so that they are dialed again at once: TCP's own backoff after
 * a cut of 15 s takes another 12 s. `ss -K` exits 0 when it killed nothing (a kernel without
 * CONFIG_INET_DIAG_DESTROY), so what it printed is counted.
 */
export async function resetConnections(
  from: FaultTarget,
  filter: ConnectionFilter,
): Promise<Reset> {
  const printed = await from.session.must(`ss -Htn '${filter}'; echo --; ss -KHtn '${filter}'`);
  const [before = '', killed = ''] = printed.split('--\n');
  return { stale: endsOf(before), killed: endsOf(killed) };
}

/** A member's connections that stand now, as `local peer` addresses with ports. */
export async function standing(from: FaultTarget, filter: ConnectionFilter): Promise<string[]> {
  return endsOf(await from.session.must(`ss -Htn state established '${filter}'`));
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
  return endsOf(printed).length > 0;
}

/** The last two columns are the ends, whether or not the state is a column of its own. */
const endsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).slice(-2).join(' '));
