import type { Effect } from './effects.ts';
import { inRange } from './effects.ts';
import { covers, describeEvent, type EventLog } from './event-log.ts';
import type { FinalRead } from './final-read.ts';

/** What became of an acknowledged write, by the evidence at hand. */
export type Fate =
  | { readonly kind: 'present' }
  | { readonly kind: 'lost'; readonly why: string }
  /** No watcher covers its revision, and the final read cannot tell either. */
  | { readonly kind: 'undecided' };

/** The fate of one effect of a write acknowledged at `revision`. */
export function fateOf(
  effect: Effect,
  revision: number,
  log: EventLog,
  final: FinalRead | undefined,
): Fate {
  const events = log.events.get(revision) ?? [];
  const present =
    effect.kind === 'put'
      ? events.some(
          (event) =>
            event.type === 'put' && event.kv.key === effect.key && event.kv.value === effect.value,
        )
      : events.filter(
          (event) => event.type === 'delete' && inRange(event.key, effect.key, effect.end),
        ).length >= effect.deleted;
  if (present) return { kind: 'present' };
  if (covers(log, revision)) {
    const holds =
      events.length === 0
        ? `no watcher saw anything at revision ${revision}`
        : `revision ${revision} holds ${events.slice(0, 3).map(describeEvent).join(' and ')}`;
    return { kind: 'lost', why: holds };
  }
  return final === undefined ? { kind: 'undecided' } : fateByRead(effect, revision, final);
}

/** A read that goes back behind the write proves it lost; a newer revision of the key proves nothing. */
function fateByRead(effect: Effect, revision: number, final: FinalRead): Fate {
  if (final.revision < revision) {
    return {
      kind: 'lost',
      why: `${final.source} is only at revision ${final.revision}`,
    };
  }
  const kv = final.values.get(effect.key);
  if (kv === undefined) return { kind: 'undecided' };
  if (effect.kind === 'put' && kv.modRevision === revision && kv.value === effect.value) {
    return { kind: 'present' };
  }
  if (kv.modRevision > revision) return { kind: 'undecided' };
  return {
    kind: 'lost',
    why: `${final.source}, at revision ${final.revision}, shows key ${JSON.stringify(effect.key)} as written at revision ${kv.modRevision}`,
  };
}
