import { exitCode } from '../errors.ts';
import type { JournalEventOf } from './events.ts';
import type { RecordedRun } from './recorded-run.ts';

/** One recovery of a run: from the loss to full service, part by part. Milliseconds of the run. */
export interface Recovery {
  readonly title: string;
  /** When the loss began: its time counts from here. */
  readonly sinceMs: number;
  readonly startMs: number;
  /** Of one that was still under way when the record ended, the last event. */
  readonly endMs: number;
  readonly outcome: 'done' | 'failed' | 'running';
  /** Of one that failed. */
  readonly failure?: RecoveryFailure;
  /** In the order they began; a phase belongs to the recovery that was under way. */
  readonly phases: readonly RecoveryPhase[];
}

export interface RecoveryFailure {
  /** Service did not come back; else something failed that says nothing of etcd. */
  readonly violated: boolean;
  readonly error: string;
}

export type RecoveryPhase = Pick<Recovery, 'startMs' | 'endMs' | 'outcome'> & {
  readonly name: string;
};

/** The recoveries that a drill measured (`stage.recovery`), in their order. */
export function recoveriesOf(run: RecordedRun): Recovery[] {
  const lastMs = run.events.at(-1)?.t ?? 0;
  const recoveries: Recovery[] = [];
  for (const event of run.events) {
    if (event.type === 'step.started') begin(recoveries, event, lastMs);
    else if (event.type === 'step.ended') end(recoveries, event);
  }
  return recoveries;
}

/** From the loss to the end. */
export const recoveryTimeMs = ({ sinceMs, endMs }: Recovery): number => endMs - sinceMs;

function begin(
  recoveries: Recovery[],
  { step, role, t }: JournalEventOf<'step.started'>,
  lastMs: number,
): void {
  const span = { startMs: t, endMs: lastMs, outcome: 'running' } as const;
  if (role?.kind === 'recovery') {
    recoveries.push({ title: step, sinceMs: role.sinceMs, ...span, phases: [] });
  } else if (role?.kind === 'phase') {
    const current = recoveries.pop();
    if (current === undefined) return;
    recoveries.push({ ...current, phases: [...current.phases, { name: step, ...span }] });
  }
}

function end(recoveries: Recovery[], event: JournalEventOf<'step.ended'>): void {
  const { step, outcome, t } = event;
  const current = recoveries.pop();
  if (current === undefined) return;
  const ended = { endMs: t, outcome };
  const index = current.phases.findLastIndex(
    (phase) => phase.name === step && phase.outcome === 'running',
  );
  if (current.outcome === 'running' && index >= 0) {
    const phases = current.phases.map((phase, at) =>
      at === index ? { ...phase, ...ended } : phase,
    );
    recoveries.push({ ...current, phases });
  } else if (current.outcome === 'running' && current.title === step) {
    recoveries.push({ ...current, ...ended, ...failureOf(event) });
  } else {
    recoveries.push(current);
  }
}

function failureOf(event: JournalEventOf<'step.ended'>): Pick<Recovery, 'failure'> {
  if (event.outcome === 'done') return {};
  const violated = event.exitCode === exitCode.violated;
  return { failure: { violated, error: event.error ?? 'it is not known why' } };
}
