import type { ComparedPrefix, Rehearsal } from '../rehearsal.ts';
import type { Rehearsed } from '../rehearse.ts';
import { recoveryOf } from '../verdicts/restores.ts';

/** What is written down of a rehearsal that has ended. */
export function rehearsalOf(
  head: Pick<
    Rehearsal,
    'run' | 'startedAt' | 'command' | 'durationMs' | 'versions' | 'members' | 'peakMemoryBytes'
  >,
  { facts, verdicts, warnings, outcome }: Rehearsed,
): Rehearsal {
  const { prefixes: _, ...snapshot } = facts.snapshot;
  return {
    schema: 1,
    kind: 'rehearsal',
    ...head,
    ...outcome,
    snapshot,
    manifest: facts.manifest ?? null,
    phases: facts.phases,
    rtoMs: recoveryOf(facts.phases)?.rtoMs ?? null,
    prefixes: prefixesOf(facts),
    verdicts,
    warnings,
  };
}

function prefixesOf({ snapshot, restored }: Rehearsed['facts']): ComparedPrefix[] {
  const comparison = restored?.comparison;
  const served = comparison?.kind === 'found' ? comparison.value.prefixes : undefined;
  const servedBelow = new Map(served?.rows.map(({ prefix, ...counts }) => [prefix, counts]));
  const { rows, others } = snapshot.prefixes;
  const none = served === undefined ? null : { keys: 0, bytes: 0 };
  return [
    ...rows.map((row) => ({ ...row, served: servedBelow.get(row.prefix) ?? none })),
    ...(others.keys === 0 && (served?.others.keys ?? 0) === 0
      ? []
      : [{ prefix: null, ...others, served: served?.others ?? null }]),
  ];
}
