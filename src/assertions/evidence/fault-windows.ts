import type { Cut, JournalEvent, JournalEventOf } from '../../journal/events.ts';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** One fault's life, in milliseconds of the run; `Infinity` for what did not happen. */
export interface FaultWindow {
  /** Id of the fault in the journal. */
  readonly fault: string;
  readonly title: string;
  readonly cut: Cut | undefined;
  /** It may have begun to bite. */
  readonly injectingMs: number;
  /** It is in place everywhere: an operation invoked from here on met it. */
  readonly injectedMs: number;
  /**
   * The last moment it is known to be in place: healing began, or it was seen to be gone. Damage is
   * never healed: it ends with its scope, or where a member that it struck starts again.
   */
  readonly endsMs: number;
  readonly healedMs: number;
  /** Its own time is over: it is healed, or, of damage, its scope has ended. */
  readonly overMs: number;
  /** Healed without resetting connections, so that TCP's backoff delays the return of the links. */
  readonly naturalHeal: boolean;
  /** Why it cannot be relied on to have been in place from `injectedMs` to `endsMs`. */
  readonly doubts: readonly string[];
}

/** Every fault of a run, in the order of injection. */
export function faultWindows(run: RecordedRun): FaultWindow[] {
  const lives = new Map<string, JournalEvent[]>();
  for (const event of run.events) {
    if ('fault' in event) lives.set(event.fault, [...(lives.get(event.fault) ?? []), event]);
  }
  const lastMs = run.events.at(-1)?.t ?? 0;
  return [...lives.values()].flatMap((life) => {
    const injecting = first(life, 'fault.injecting');
    return injecting === undefined ? [] : [windowOf(run, injecting, life, lastMs)];
  });
}

function windowOf(
  run: RecordedRun,
  injecting: JournalEventOf<'fault.injecting'>,
  life: readonly JournalEvent[],
  lastMs: number,
): FaultWindow {
  const at = (type: JournalEvent['type']) => first(life, type)?.t ?? Infinity;
  return {
    fault: injecting.fault,
    title: injecting.title,
    cut: injecting.cut,
    injectingMs: injecting.t,
    injectedMs: at('fault.injected'),
    endsMs: Math.min(
      at('fault.healing'),
      at('fault.left'),
      injecting.undo === 'irreversible'
        ? startedAgainMs(run, injecting, at('fault.injected'))
        : Infinity,
      at('fault.unproved'),
      at('fault.lease-expired'),
      lastMs,
    ),
    healedMs: at('fault.healed'),
    overMs: Math.min(at('fault.healed'), at('fault.left')),
    naturalHeal: injecting.parameters['heal'] === 'natural',
    doubts: doubtsOf(injecting.title, life),
  };
}

function startedAgainMs(
  run: RecordedRun,
  { targets }: JournalEventOf<'fault.injecting'>,
  injectedMs: number,
): number {
  const started = eventsOf(run, 'member.state').find(
    ({ t, member, state }) => t >= injectedMs && state === 'starting' && targets.includes(member),
  );
  return started?.t ?? Infinity;
}

function doubtsOf(title: string, life: readonly JournalEvent[]): string[] {
  const unproved = first(life, 'fault.unproved');
  if (unproved !== undefined) return [`"${title}" was not in place: ${unproved.reason}`];
  if (first(life, 'fault.lease-expired') !== undefined) {
    return [`the lease of "${title}" ran out, so the sidecar took it off before the drill did`];
  }
  if (first(life, 'fault.injected') === undefined) return [`"${title}" was never fully injected`];
  if (first(life, 'fault.proved') === undefined) {
    return [`"${title}" was injected, but never proved to be in place`];
  }
  return [];
}

function first<T extends JournalEvent['type']>(
  events: readonly JournalEvent[],
  type: T,
): JournalEventOf<T> | undefined {
  return events.find((event): event is JournalEventOf<T> => event.type === type);
}
