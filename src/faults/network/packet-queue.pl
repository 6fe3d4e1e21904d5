# Delays and drops packets that iptables queues, where the kernel has no netem. Only their metadata
# comes here; the kernel keeps them until it is told their end.
#   perl packet-queue.pl [--try] <queue>:<delay us>:<jitter us>:<uniform|normal>:<loss>:<burst> ...
# loss is a share of 1, burst the mean number of packets lost in a row (1: each by itself).
# Returns once every queue is bound and goes on in the background; with --try it ends instead.
# TERM lets every packet that is held go on at once.
use strict;
use warnings;
use POSIX ();
use Socket;

my ($NETLINK, $NETFILTER, $REQUEST, $ACK, $ERROR) = (16, 12, 1, 4, 2);
my ($PACKET, $VERDICT, $CONFIG) = (0x300, 0x301, 0x302);
my ($DROP, $ACCEPT) = (0, 1);
my $SO_RCVBUFFORCE = 33;
# perl-base has no clock but by number of the system call.
my %clock_gettime = (x86_64 => 228, aarch64 => 113);
my $clock = $clock_gettime{(POSIX::uname())[4]} or die "no clock known on this machine\n";

my $only_try = @ARGV && $ARGV[0] eq '--try' ? shift @ARGV : undef;
my %links = map {
  my ($queue, $delay, $jitter, $distribution, $loss, $burst) = split /:/;
  $queue => {
    delay => $delay / 1e6, jitter => $jitter / 1e6, normal => $distribution eq 'normal',
    # Gilbert's two states: every packet of the bad one is lost.
    enter => $loss >= 1 ? 1 : $loss / ($burst * (1 - $loss)), leave => $loss >= 1 ? 0 : 1 / $burst,
    loss => $loss, burst => $burst, bad => 0,
  };
} @ARGV;

socket(my $socket, $NETLINK, SOCK_RAW, $NETFILTER) or die "netlink: $!\n";
bind($socket, pack('S S L L', $NETLINK, 0, 0, 0)) or die "netlink: $!\n";
setsockopt($socket, SOL_SOCKET, $SO_RCVBUFFORCE, 8 << 20);
for my $queue (keys %links) {
  configure($queue, attribute(1, pack('C C n', 1, 0, 2)));  # bind
  configure($queue, attribute(2, pack('N C', 64, 1)));      # metadata only
  configure($queue, attribute(3, pack('N', 1 << 16)));      # packets held at most
}
exit 0 if $only_try;
my $child = fork();
die "fork: $!\n" unless defined $child;
exit 0 if $child;
POSIX::setsid();
open(STDIN, '<', '/dev/null');
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');

my @held;  # [due, queue, packet id], the next one first
my $ended = 0;
$SIG{TERM} = sub { $ended = 1 };
until ($ended) {
  my $wait = @held ? $held[0][0] - now() : 1;
  my $readable = '';
  vec($readable, fileno($socket), 1) = 1;
  read_packets() if select($readable, undef, undef, $wait > 0 ? $wait : 0) > 0;
  my $now = now();
  while (@held && $held[0][0] <= $now) { decide(@{shift @held}[1, 2], $ACCEPT) }
}
decide(@{$_}[1, 2], $ACCEPT) for @held;

sub read_packets {
  while (defined recv($socket, my $data, 65536, MSG_DONTWAIT)) {
    last if $data eq '';
    while (length $data >= 16) {
      my ($length, $type) = unpack('L S', $data);
      packet(substr($data, 16, $length - 16)) if $type == $PACKET;
      substr($data, 0, ($length + 3) & ~3) = '';
    }
  }
}

sub packet {
  my ($message) = @_;
  my $queue = unpack('x2 n', $message);
  my $link = $links{$queue} or return;
  my $attributes = substr($message, 4);
  while (length $attributes >= 8) {
    my ($length, $type) = unpack('S S', $attributes);
    if ($type == 1) {
      my $id = unpack('x4 N', $attributes);
      return is_lost($link) ? decide($queue, $id, $DROP) : hold(now() + delay_of($link), $queue, $id);
    }
    substr($attributes, 0, ($length + 3) & ~3) = '';
  }
}

sub is_lost {
  my ($link) = @_;
  return rand() < $link->{loss} if $link->{burst} == 1;
  $link->{bad} = rand() < ($link->{bad} ? 1 - $link->{leave} : $link->{enter});
  return $link->{bad};
}

sub delay_of {
  my ($link) = @_;
  my $spread = $link->{normal}
    ? sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())
    : 2 * rand() - 1;
  my $delay = $link->{delay} + $link->{jitter} * $spread;
  return $delay > 0 ? $delay : 0;
}

# Mostly appends; a packet with a shorter delay overtakes, as it does in netem.
sub hold {
  my ($due, $queue, $id) = @_;
  my $at = @held;
  $at-- while $at > 0 && $held[$at - 1][0] > $due;
  splice(@held, $at, 0, [$due, $queue, $id]);
}

sub decide {
  my ($queue, $id, $verdict) = @_;
  request($VERDICT, $REQUEST, $queue, attribute(2, pack('N N', $verdict, $id)));
}

sub configure {
  my ($queue, $attribute) = @_;
  request($CONFIG, $REQUEST | $ACK, $queue, $attribute);
  defined recv($socket, my $answer, 65536, 0) or die "queue $queue: $!\n";
  my ($type, $error) = unpack('x4 S x10 l', $answer);
  return unless $type == $ERROR && $error != 0;
  $! = -$error;
  die "queue $queue: $!\n";
}

sub request {
  my ($type, $flags, $queue, $attribute) = @_;
  my $message = pack('C C n', 0, 0, $queue) . $attribute;
  send($socket, pack('L S S L L', 16 + length $message, $type, $flags, 0, 0) . $message, 0);
}

sub attribute {
  my ($type, $data) = @_;
  return pack('S S', 4 + length $data, $type) . $data . "\0" x (-length($data) % 4);
}

sub now {
  my $time = pack('q q', 0, 0);
  syscall($clock, 1, $time);
  my ($seconds, $nanoseconds) = unpack('q q', $time);
  return $seconds + $nanoseconds / 1e9;
}
