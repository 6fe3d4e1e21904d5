import { integer } from '../../parameters.ts';
import { type Damage, FaultUnproved, type PreparedDamage } from '../fault.ts';
import { faultKind, onlyOne } from '../kind.ts';
import {
  type FileKind,
  type FileOwner,
  byHandOnFiles,
  checkPercent,
  fileChoice,
  newestFile,
  onFile,
  onFileKind,
} from './member-file.ts';

export interface TruncateOptions {
  readonly file: FileKind;
  /** How much is kept of what is written of the file. */
  readonly percent: number;
}

/**
 * Cuts the end off one of a member's files, as a file system check after a crash does. The log and
 * the database are allocated ahead, so the cut is measured by what is written. Proved by the file's
 * length.
 */
export function truncate(member: FileOwner, { file, percent }: TruncateOptions): Damage {
  checkPercent(percent);
  return {
    name: 'truncate',
    title: `cut the ${file} of ${member.name} to ${percent} % of what is written`,
    undo: 'irreversible',
    targets: [member],
    parameters: { file, percent },
    prepare: () => Promise.resolve(prepare(member, file, percent)),
  };
}

export const truncateKind = faultKind({
  name: 'truncate',
  ...onFileKind,
  summary: 'Cuts the end off the database, log or snapshot of a member.',
  parameters: {
    file: fileChoice,
    percent: integer({ min: 0, max: 99 }, 50, 'how much is kept of what is written of the file'),
  },
  build: ({ targets }, options) => truncate(onlyOne('truncate', targets), options),
});

interface Cut {
  readonly path: string;
  readonly bytes: number;
  readonly written: number;
  readonly left: number;
}

function prepare(member: FileOwner, file: FileKind, percent: number): PreparedDamage {
  const cutOff = `${newestFile(file)}
${onFile('+<', cutTo(percent))} && sync "$path"`;
  let cut: Cut | undefined;
  return {
    async inject() {
      cut = parse(await member.files((session) => session.must(cutOff, 30_000)));
    },
    async prove() {
      if (!cut) throw new FaultUnproved(`the ${file} of ${member.name} was not cut`);
      const { path, bytes, written, left } = cut;
      const size = Number(await member.files((session) => session.must(`stat -c %s ${path}`)));
      if (size !== left)
        throw new FaultUnproved(
          `${path} of ${member.name} has ${size} bytes again, not the ${left} it was cut to`,
        );
      return [
        `${path} of ${member.name}, ${bytes} bytes with ${written} written, has ${size} bytes`,
      ];
    },
    commands: { inject: [byHandOnFiles(member, cutOff)], heal: [] },
  };
}

/** Prints `path bytes written left`. */
const cutTo = (percent: number): string => `my $bytes = -s $file;
my $left = int($written * ${percent} / 100);
die "nothing is written\\n" unless $written;
truncate $file, $left or die "truncate: $!\\n";
print "$ARGV[0] $bytes $written $left\\n";`;

function parse(printed: string): Cut {
  const [path = '', bytes, written, left] = printed.trim().split(' ');
  return { path, bytes: Number(bytes), written: Number(written), left: Number(left) };
}
