import type { FaultKind } from '../../src/faults/kind.ts';
import { table } from './markdown.ts';
import { parameterTable } from './parameters.ts';

const undone: Record<FaultKind['undo'], string> = {
  leased: 'by itself within 10 s',
  repaired: 'by the run’s teardown, `drill clean` or `drill fault heal`',
  irreversible: 'not at all: the member is rebuilt, or the cluster thrown away',
};

/** Every fault with what it needs and how it comes off. */
export function faultsPage(kinds: readonly FaultKind[]): string {
  const rows = kinds.map(({ name, family, summary, undo }) => [
    `[\`${name}\`](#${name})`,
    family,
    summary,
    undo,
  ]);
  return [
    '# Faults',
    'Generated from `src/faults` by `npm run docs`. Each is injected, proven to bite, watched, healed ' +
      'and proven gone; in scenarios by its function, by hand with `drill fault inject <fault> --on <run>`.',
    table(['fault', 'family', 'what it does', 'undo'], rows),
    ...kinds.flatMap((kind) => [
      `## ${kind.name}`,
      kind.summary,
      `When the runner is gone it comes off ${undone[kind.undo]}. Needs ${kind.needs}.`,
      ...parameterTable(kind.parameters),
    ]),
  ].join('\n\n');
}
