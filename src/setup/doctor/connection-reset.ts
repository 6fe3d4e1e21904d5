import { type Finding, type ProbeContext, tryScript } from './finding.ts';

/** Resets a connection of the probe's own, as a partition with a fast heal does to stale ones. */
export async function connectionReset(context: ProbeContext): Promise<Finding> {
  const subject = 'connection reset';
  const { ok, output } = await tryScript(context, script, { CapAdd: ['NET_ADMIN'] });
  // `ss -K` exits 0 whether it reset anything or not; it prints what it did reset.
  if (ok && output.startsWith('ESTAB'))
    return { state: 'ok', subject, detail: 'the kernel resets connections on request' };
  return {
    state: 'missing',
    subject,
    detail: output || '`ss -K` reset nothing: the kernel lacks CONFIG_INET_DIAG_DESTROY',
    remedy: '`--set heal=natural`',
    affects: '`partition` with heal=fast',
    blocks: false,
  };
}

const script = `perl -MIO::Socket::INET -e '
  my $server = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 2380) or die $@;
  my $client = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => 2380) or die $@;
  exit(system("ss", "-KHtn", "dport = 2380") >> 8);
'`;
