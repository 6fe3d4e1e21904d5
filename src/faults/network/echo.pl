# Sends ICMP echoes to each address, all addresses at once, and prints what came back.
#   perl echo.pl <count> <spacing ms> <payload bytes> <wait ms> <address> ...
# For each address: "<address> <echoes sent> <sequence>:<sent at us>:<answered at us> ...", in the
# order of the answers; an echo that was answered twice stands there twice.
use strict;
use warnings;
use POSIX ();
use Socket;

my ($ECHO, $SO_SNDBUFFORCE, $SO_RCVBUFFORCE) = (8, 32, 33);
# perl-base has no clock but by number of the system call.
my %clock_gettime = (x86_64 => 228, aarch64 => 113);
my $clock = $clock_gettime{(POSIX::uname())[4]} or die "no clock known on this machine\n";

my ($count, $spacing_ms, $bytes, $wait_ms, @addresses) = @ARGV;
my (%links, $readers);
$readers = '';
for my $address (@addresses) {
  socket(my $socket, PF_INET, SOCK_DGRAM, 1) or die "no ICMP sockets: $!\n";
  setsockopt($socket, SOL_SOCKET, $_, 8 << 20) for $SO_SNDBUFFORCE, $SO_RCVBUFFORCE;
  connect($socket, pack_sockaddr_in(0, inet_aton($address))) or die "$address: $!\n";
  vec($readers, fileno($socket), 1) = 1;
  $links{$address} = { socket => $socket, sent => [], answers => [], answered => {} };
}

my $next = now();
for my $sequence (0 .. $count - 1) {
  for my $link (values %links) {
    my $echo = pack('C C n n n', $ECHO, 0, 0, 0, $sequence) . "\0" x $bytes;
    $link->{sent}[$sequence] = now();
    send($link->{socket}, $echo, MSG_DONTWAIT);
  }
  $next += $spacing_ms / 1e3;
  collect($next);
}
my $deadline = now() + $wait_ms / 1e3;
collect($deadline, 1);
# A second answer to an echo comes right behind the first.
collect(now() + 0.01);
for my $address (@addresses) {
  print join(' ', $address, $count, @{$links{$address}{answers}}), "\n";
}

sub collect {
  my ($until, $until_all) = @_;
  while (!($until_all && all_answered())) {
    my $left = $until - now();
    return if $left <= 0;
    next if select(my $ready = $readers, undef, undef, $left) <= 0;
    for my $link (values %links) {
      next unless vec($ready, fileno($link->{socket}), 1);
      while (defined recv($link->{socket}, my $answer, 65536, MSG_DONTWAIT)) {
        my ($type, $sequence) = unpack('C x5 n', $answer);
        next unless $type == 0;
        $link->{answered}{$sequence} = 1;
        push @{$link->{answers}},
          sprintf('%d:%.0f:%.0f', $sequence, 1e6 * $link->{sent}[$sequence], 1e6 * now());
      }
    }
  }
}

sub all_answered {
  for my $link (values %links) { return 0 if keys %{$link->{answered}} < $count }
  return 1;
}

sub now {
  my $time = pack('q q', 0, 0);
  syscall($clock, 1, $time);
  my ($seconds, $nanoseconds) = unpack('q q', $time);
  return $seconds + $nanoseconds / 1e9;
}
