import type { Cut, JournalEvent, JournalEventOf } from '../../journal/events.ts';
import type { RecordedRun } from '../../journal/recorded-run.ts';

/** A fault from its injection to its healing, with what proved both. */
export interface FaultBand {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly targets: readonly string[];
  readonly undo: JournalEventOf<'fault.injecting'>['undo'];
  readonly cut?: Cut;
  /** When it took effect; the start of the injection where it never did. */
  readonly startMs: number;
  /** When it was gone; the run's end where it never was. */
  readonly endMs: number;
  readonly state: 'injecting' | 'injected' | 'healed' | 'left' | 'heal-failed' | 'lease-expired';
  /** Whether it bit: `unproved` says that it did not, or stopped before it was healed. */
  readonly proof: 'none' | 'proved' | 'unproved';
  /** What was seen, in the order of the journal. */
  readonly evidence: readonly Evidence[];
}

export interface Evidence {
  readonly t: number;
  readonly about: 'injection' | 'healing' | 'failure';
  readonly text: string;
}

export function faultBands(run: RecordedRun, durationMs: number): FaultBand[] {
  const bands = new Map<string, FaultBand>();
  for (const event of run.events) {
    if (event.type === 'fault.injecting') bands.set(event.fault, opened(event, durationMs));
    if (!('fault' in event)) continue;
    const band = bands.get(event.fault);
    if (band !== undefined) bands.set(event.fault, advanced(band, event));
  }
  return [...bands.values()];
}

function opened(event: JournalEventOf<'fault.injecting'>, durationMs: number): FaultBand {
  const { fault, name, title, targets, undo, cut, t } = event;
  return {
    id: fault,
    name,
    title,
    targets,
    undo,
    ...(cut === undefined ? {} : { cut }),
    startMs: t,
    endMs: durationMs,
    state: 'injecting',
    proof: 'none',
    evidence: [],
  };
}

function advanced(band: FaultBand, event: JournalEvent): FaultBand {
  switch (event.type) {
    case 'fault.injected':
      return { ...band, state: 'injected', startMs: event.t };
    case 'fault.proved':
      return {
        ...band,
        proof: band.proof === 'unproved' ? 'unproved' : 'proved',
        evidence: [...band.evidence, ...lines(event.t, 'injection', event.evidence)],
      };
    case 'fault.unproved':
      return {
        ...band,
        proof: 'unproved',
        evidence: [...band.evidence, ...lines(event.t, 'failure', [event.reason])],
      };
    case 'fault.healed':
      return {
        ...band,
        state: band.state === 'lease-expired' ? 'lease-expired' : 'healed',
        endMs: band.state === 'lease-expired' ? band.endMs : event.t,
        evidence: [...band.evidence, ...lines(event.t, 'healing', event.evidence)],
      };
    case 'fault.heal-failed':
      return {
        ...band,
        state: 'heal-failed',
        evidence: [
          ...band.evidence,
          ...lines(event.t, 'failure', [
            event.reason,
            ...event.commands.map((c) => `Remedy: ${c}`),
          ]),
        ],
      };
    case 'fault.left':
      return { ...band, state: 'left', endMs: event.t };
    case 'fault.lease-expired':
      return {
        ...band,
        state: 'lease-expired',
        endMs: event.t,
        evidence: [
          ...band.evidence,
          ...lines(event.t, 'failure', ['The lease ran out: the sidecar took the fault off.']),
        ],
      };
    default:
      return band;
  }
}

function lines(t: number, about: Evidence['about'], texts: readonly string[]): Evidence[] {
  return texts.map((text) => ({ t, about, text }));
}
