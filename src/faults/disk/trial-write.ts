/** O_TMPFILE, for which older perls have no name. */
const unnamed = 'O_DIRECTORY | 020000000';

/**
 * Shell command that writes a block through the journal of the file system at `at`, a shell word, and
 * fails with the kernel's own error as message and exit status. The file never has a
 * name, so that nothing of it is left where even its removal would be refused.
 */
export const trialWrite = (at: string): string =>
  `LC_ALL=C perl -e '
use Fcntl qw(O_WRONLY O_DIRECTORY); use IO::Handle;
sysopen my $file, $ARGV[0], O_WRONLY | ${unnamed}, 0600 or die "$!\\n";
syswrite($file, "x" x 4096) && $file->sync or die "$!\\n";
' ${at}`;

/**
 * What a file system that was shut down by an error refuses writes with, by exit status: as one that is
 * read-only, or, where the kernel leaves it mounted `rw` (6.12), as a device that fails.
 */
export const refusals: Readonly<Record<number, string>> = {
  5: 'Input/output error',
  30: 'Read-only file system',
};
