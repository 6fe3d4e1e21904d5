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

/** Where a bit is flipped. */
export type FlipPlace =
  /** At this share of what is written of the file. */
  | { readonly percent: number }
  /** In the last byte of every place where this text stands, live or left over. */
  | { readonly text: string };

/**
 * Flips the lowest bit of a byte in one of a member's files, as a disk that rots does: without an
 * error. A running etcd may go on with what it has in memory until it reads the file again, at the
 * latest when it starts. Each place is proved by reading it back.
 */
export function bitFlip(
  member: FileOwner,
  { file, at }: { readonly file: FileKind; readonly at: FlipPlace },
): Damage {
  if ('percent' in at) checkPercent(at.percent);
  return {
    name: 'bit-flip',
    title: `flip a bit in the ${file} of ${member.name}`,
    undo: 'irreversible',
    targets: [member],
    parameters: { file, ...at },
    prepare: () => Promise.resolve(prepare(member, file, at)),
  };
}

export const bitFlipKind = faultKind({
  name: 'bit-flip',
  ...onFileKind,
  summary: 'Flips one bit in the database, log or snapshot of a member.',
  parameters: {
    file: fileChoice,
    percent: integer({ min: 0, max: 99 }, 50, 'where, in percent of what is written of the file'),
  },
  build: ({ targets }, { file, percent }) =>
    bitFlip(onlyOne('bit-flip', targets), { file, at: { percent } }),
});

interface Flip {
  readonly path: string;
  readonly offset: string;
  readonly before: string;
  readonly after: string;
}

function prepare(member: FileOwner, file: FileKind, at: FlipPlace): PreparedDamage {
  const flip = `${newestFile(file)}
${onFile('+<', flipAt(at))} && sync "$path"`;
  let flips: readonly Flip[] = [];
  return {
    async inject() {
      flips = parse(await member.files((session) => session.must(flip, 30_000)));
    },
    prove: () =>
      member.files(async (session) => {
        for (const { path, offset, after } of flips) {
          const now = (await session.must(`od -An -tx1 -j ${offset} -N 1 ${path}`)).trim();
          if (now === after) continue;
          throw new FaultUnproved(
            `byte ${offset} of ${path} of ${member.name} is 0x${now} again, not 0x${after}`,
          );
        }
        return flips.map(
          ({ path, offset, before, after }) =>
            `byte ${offset} of ${path} of ${member.name} was 0x${before} and reads 0x${after}`,
        );
      }),
    commands: { inject: [byHandOnFiles(member, flip)], heal: [] },
  };
}

/** Prints `path offset before after` per place. */
const flipAt = (at: FlipPlace): string => `my @places;
${'percent' in at ? `@places = int($written * ${at.percent} / 100);` : placesOf(at.text)}
die "${'percent' in at ? 'nothing is written' : 'the text is not there'}\\n" unless @places and $written;
for my $place (@places) {
  seek $file, $place, 0; read $file, my $byte, 1;
  my $flipped = $byte ^ "\\x01";
  seek $file, $place, 0; print $file $flipped;
  printf "%s %d %s %s\\n", $ARGV[0], $place, unpack("H2", $byte), unpack("H2", $flipped);
}`;

/** In hexadecimal, so that no text can end the program's quotes. */
const placesOf = (text: string): string => `{
  my $text = pack "H*", "${Buffer.from(text).toString('hex')}";
  local $/; seek $file, 0, 0; my $all = <$file>;
  for (my $from = index $all, $text; $from >= 0; $from = index $all, $text, $from + 1) { push @places, $from + length($text) - 1 }
}`;

function parse(printed: string): Flip[] {
  return printed
    .trim()
    .split('\n')
    .map((line) => {
      const [path = '', offset = '', before = '', after = ''] = line.split(' ');
      return { path, offset, before, after };
    });
}
