import { AsyncLocalStorage } from 'node:async_hooks';
import { quoted } from '../quoted.ts';
import type { Session } from './session.ts';

/** A container took a fault off while it was being injected; none of it lands any more. */
export class UndoTaken extends Error {
  override readonly name = 'UndoTaken';
}

interface Injection {
  readonly fault: string;
  readonly sessions: ReadonlySet<Session>;
  over: boolean;
}

const underWay = new AsyncLocalStorage<Injection>();

/**
 * Runs `inject` so that each of its commands in `sessions`, where the fault's undo is registered, runs
 * to its end before that undo may begin, and not at all once it was taken: else a command that is
 * under way when the runner dies would land behind the undo, and stay. Throws `UndoTaken` then.
 */
export async function injecting(
  fault: string,
  sessions: Iterable<Session>,
  inject: () => Promise<void>,
): Promise<void> {
  const injection: Injection = { fault, sessions: new Set(sessions), over: false };
  try {
    await underWay.run(injection, inject);
  } finally {
    injection.over = true; // what a fault goes on with in the background is no part of it
  }
}

/** The fault that a command asked for at this moment injects through `session`, if any. */
export function injectedBy(session: Session): string | undefined {
  const injection = underWay.getStore();
  return injection && !injection.over && injection.sessions.has(session)
    ? injection.fault
    : undefined;
}

/** Exit status of a command that was not run since its fault's undo was taken. */
export const undoTakenStatus = 117;

/** A command of an injection, ended when nobody waits for it any more. */
export const whileRegistered = (fault: string, script: string, withinMs: number): string => `
undo=$(echo /run/drill/*/undo/${fault})
[ -e "$undo" ] && {
  flock 9; [ -e "$undo" ] || exit ${undoTakenStatus}
  timeout -k 1 ${Math.ceil(withinMs / 1000)} sh -c ${quoted(script)} 9>&-; exit
} 9<"$undo"
exit ${undoTakenStatus}`;
