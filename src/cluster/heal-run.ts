import { DrillError, exitCode } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import { type RepairedMember, repairMembers } from './repair-members.ts';
import { endReplacements, refuseBareMembers } from './replace-container.ts';
import { registeredFaults, undoFaults } from './undo-faults.ts';

/** What a heal from outside took off and put right. */
export interface HealedRun {
  readonly faults: readonly { readonly fault: string; readonly title: string }[];
  readonly members: readonly RepairedMember[];
}

/**
 * Heals a run from outside of it, whoever injected what: runs every registered undo, thaws and starts
 * members that are paused or down, and looks again. With `fault` only that one is taken off. Throws
 * where something is left.
 */
export async function healRun(engine: Engine, run: string, fault?: string): Promise<HealedRun> {
  const { off, on } = await undoFaults(engine, run, fault);
  if (fault === undefined) await endReplacements(engine, run);
  const members = fault === undefined ? await repairMembers(engine, run) : [];
  const left = (await registeredFaults(engine, run)).filter(
    (each) => fault === undefined || each.fault === fault,
  );
  if (on.length > 0 || left.length > 0) {
    const named = [...new Set([...on, ...left].map(({ fault: id, title }) => `${id} (${title})`))];
    const said = on.flatMap((each) => (each.said === '' ? [] : [each.said]));
    throw new DrillError(
      `Could not take ${named.join(', ')} off ${run}${said.length > 0 ? `: ${said.join('; ')}` : ''}. ` +
        `Try again, or remove the run: \`drill clean ${run}\`.`,
      exitCode.notRemoved,
    );
  }
  if (fault === undefined) await refuseBareMembers(engine, run);
  const once = new Map(off.map((each) => [each.fault, each]));
  return { faults: [...once.values()], members };
}
