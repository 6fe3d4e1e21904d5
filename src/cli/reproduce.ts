import type { EtcdImage } from '../engine/engine.ts';
import type { Cell } from '../runner/cells.ts';
import type { RunFlags } from './run-options.ts';

/**
 * The command line that runs the same again: drill, parameters, size, version and seed. Without
 * `images` the drill names its own.
 */
export function reproduce(
  cell: Cell,
  seed: number,
  images: readonly EtcdImage[],
  flags: Pick<RunFlags, 'set' | 'short' | 'control' | 'etcd' | 'operations' | 'publish'>,
): string {
  const words = [
    // The wrapper tells how it was called, so that the line can be pasted where it was printed.
    process.env['DRILL_COMMAND'] ?? 'drill',
    'run',
    cell.source,
    ...(flags.short ? ['--short'] : []),
    ...(flags.control ? ['--control'] : []),
    ...flags.set.flatMap((setting) => ['--set', setting]),
    '--members',
    String(cell.members),
    ...(images.length === 0
      ? []
      : ['--etcd', flags.etcd ?? images.map((image) => image.source).join(',')]),
    '--seed',
    String(seed),
    ...(flags.operations === undefined ? [] : ['--operations', flags.operations]),
    ...(flags.publish === undefined ? [] : ['--publish', flags.publish]),
  ];
  return words.map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
