import { durationMs } from '../../duration.ts';
import { DrillError, messageOf } from '../../errors.ts';
import type { FaultKind } from '../../faults/kind.ts';
import { faultNamed } from '../../faults/registry.ts';
import { readParameters } from '../../parameters.ts';

export type InjectFlags = {
  readonly fault: string;
  readonly on: string;
  readonly target: string;
  readonly towards?: string;
  readonly set: string[];
  readonly for: string;
  readonly 'dry-run': boolean;
  readonly seed: string;
  readonly irreversible?: string;
};

/** What a command line asks for, read and found right before anything is looked at. */
export interface SettledFault {
  readonly kind: FaultKind;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly on: string;
  readonly target: string;
  readonly towards: string | undefined;
  readonly holdMs: number;
  readonly dryRun: boolean;
  readonly seed: number;
}

export function settleFault(flags: InjectFlags): SettledFault {
  const kind = faultNamed(flags.fault);
  refuseUnlessNamedTwice(kind, flags.irreversible);
  return {
    kind,
    parameters: readParameters(kind.name, kind.parameters, flags.set),
    on: flags.on,
    target: flags.target,
    towards: flags.towards,
    holdMs: readDuration(flags.for),
    dryRun: flags['dry-run'],
    seed: readSeed(flags.seed),
  };
}

function refuseUnlessNamedTwice({ name, undo }: FaultKind, named: string | undefined): void {
  if (undo === 'irreversible' && named !== name) {
    throw new DrillError(
      `Nothing takes ${name} back: the member must be rebuilt or the cluster thrown away. ` +
        `Name it a second time to do it: \`--irreversible ${name}\`.`,
    );
  }
  if (undo !== 'irreversible' && named !== undefined)
    throw new DrillError(`\`--irreversible ${named}\`: ${name} can be taken back; leave it out.`);
}

function readDuration(text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new DrillError(`\`--for ${text}\`: ${messageOf(error)}`);
  }
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw new DrillError(`\`--seed ${text}\`: expected a whole number from 0 to ${2 ** 31 - 1}.`);
}
