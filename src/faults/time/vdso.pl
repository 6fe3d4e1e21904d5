# Changes, or puts back, the clock that one process reads: `vdso.pl MODE PID START OFFSET-SECONDS STOPPED`.
# It stops the process for that; the file STOPPED stands while it does, so that whoever comes after a
# death in between lets it go on, and nobody else's stop is ended.
# Modes: `find` prints the process's start, which guards against a reused PID, and the address and the
# first bytes of its clock_gettime; `skew`, `restore`; `look` says whether it is `skewed` or `plain`.
# Exits 3 with a reason where it cannot be done, 0 from `restore` where the process is gone.
use strict; use warnings;
my ($mode, $pid, $start, $offset, $stopped) = @ARGV;
sub refuse { print STDERR "$_[0]\n"; exit 3 }

sub slurp { open(my $f, '<:raw', $_[0]) or return; local $/; my $text = <$f>; $text }
sub fields { my $stat = slurp("/proc/$pid/stat") // return; $stat =~ s/^.*\) //s; split ' ', $stat }
my @stat = fields();
if (!@stat || ($mode ne 'find' && $stat[19] ne $start)) { exit 0 if $mode eq 'restore'; refuse("process $pid is gone") }

# The vDSO: a shared object that the kernel maps into every process.
my ($from, $to) = (slurp("/proc/$pid/maps") // '') =~ /^([0-9a-f]+)-([0-9a-f]+) [^\n]*\[vdso\]$/m or refuse('it has no vDSO');
$from = hex $from; $to = hex $to;
open(my $mem, '+<:raw', "/proc/$pid/mem") or refuse("its memory cannot be opened: $!");
sub peek { my ($at, $size) = @_; sysseek($mem, $at, 0); sysread($mem, my $bytes, $size) == $size or refuse("its memory cannot be read: $!"); $bytes }
sub poke { my ($at, $bytes) = @_; sysseek($mem, $at, 0); syswrite($mem, $bytes) == length $bytes or refuse("its memory cannot be written: $!") }

my $elf = peek($from, $to - $from);
my ($shoff, $shentsize, $shnum) = (unpack('x40 Q<', $elf), unpack('x58 v v', $elf));
my ($at, $size);
for my $i (0 .. $shnum - 1) {
  my ($type, $off, $len, $link) = unpack('x4 V x16 Q< Q< V', substr($elf, $shoff + $i * $shentsize, 64));
  next unless $type == 11; # SHT_DYNSYM
  my $strings = unpack('x24 Q<', substr($elf, $shoff + $link * $shentsize, 64));
  for (my $s = $off; $s < $off + $len; $s += 24) {
    my ($name, $value, $length) = unpack('V x4 Q< Q<', substr($elf, $s, 24));
    next unless unpack('Z*', substr($elf, $strings + $name, 64)) eq '__vdso_clock_gettime';
    ($at, $size) = ($from + $value, $length);
  }
}
refuse('its vDSO has no clock_gettime') unless defined $at;

# mov eax, 228; syscall; test edi, edi; jne end; add qword [rsi], OFFSET; end: ret
my $patch = "\xb8\xe4\x00\x00\x00\x0f\x05\x85\xff\x75\x07\x48\x81\x06" . pack('l<', $offset // 0) . "\xc3";
refuse("its clock_gettime has only $size bytes") if $size < length $patch;
# The plain code is what this process has, the vDSO being the same for all.
my $plain = do { open(my $own, '<:raw', '/proc/self/mem') or refuse("no memory of its own: $!");
  my ($base) = slurp('/proc/self/maps') =~ /^([0-9a-f]+)-[^\n]*\[vdso\]$/m;
  sysseek($own, hex($base) + $at - $from, 0); sysread($own, my $bytes, length $patch); $bytes };
my $now = peek($at, length $patch);
if ($mode eq 'find') { print "$stat[19]\n"; exit($now eq $plain ? 0 : refuse('its clock is skewed already')) }
if ($mode eq 'look') { print $now eq $plain ? "plain\n" : $now eq $patch ? "skewed\n" : "other\n"; exit 0 }
my $wanted = $mode eq 'skew' ? $patch : $plain;
sub go_on { if (-e $stopped) { kill 'CONT', $pid; unlink $stopped } }
$SIG{TERM} = $SIG{INT} = $SIG{HUP} = sub { exit 4 };
END { go_on() if defined $wanted }
exit 0 if $now eq $wanted;

# No thread may be inside of what is overwritten: it stands still, and none of them is.
my $stood = $stat[0] eq 'T';
sub state { (fields())[0] // '' }
for my $try (1 .. 200) {
  unless ($stood) { open(my $mark, '>', $stopped) or refuse("$stopped cannot be written: $!") }
  kill 'STOP', $pid or refuse("it cannot be stopped: $!");
  for (1 .. 1000) { last if state() eq 'T'; select(undef, undef, undef, 0.001) }
  my $inside = 0;
  for my $task (glob "/proc/$pid/task/*/syscall") {
    my $pc = (split ' ', slurp($task) // 'running')[-1];
    $inside = 1 unless $pc =~ /^0x/ && (hex($pc) < $at || hex($pc) >= $at + $size);
  }
  poke($at, $wanted) unless $inside;
  go_on();
  exit 0 unless $inside;
}
refuse('a thread was inside of its clock_gettime at every try');
