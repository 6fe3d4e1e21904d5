import type { Argv } from 'yargs';
import { healRun } from '../../cluster/heal-run.ts';
import { registeredFaults } from '../../cluster/undo-faults.ts';
import { connectEngine } from '../../engine/connect-engine.ts';
import type { Engine } from '../../engine/engine.ts';
import { DrillError } from '../../errors.ts';
import { nearest } from '../../parameters.ts';
import { runNamed } from './on-run.ts';

type Flags = { readonly fault?: string; readonly on: string; readonly all: boolean };

const command = {
  command: 'heal [fault]',
  describe: 'Take a fault off a run, or all of them, whoever injected it',
  builder: (yargs: Argv) =>
    yargs
      .positional('fault', {
        type: 'string',
        describe: 'Its id, as `drill fault list --on` has it',
      })
      .options({
        on: { type: 'string', demandOption: true, describe: 'The run' },
        all: {
          type: 'boolean',
          default: false,
          describe: 'Every fault, and members that are paused or down',
        },
      }),
  handler: async ({ fault, on, all }: Flags) => {
    if ((fault === undefined) !== all)
      throw new DrillError('Name one fault, or `--all`. See `drill fault list --on <run>`.');
    const engine = await connectEngine({ env: process.env });
    const { run } = await runNamed(engine, on);
    if (fault !== undefined) await refuseUnknown(engine, run, fault);
    const { faults, members } = await healRun(engine, run, fault);
    for (const each of faults) print(`took off ${each.fault}: ${each.title}`);
    for (const { member, done } of members) print(`${member}: ${done}`);
    if (faults.length + members.length === 0) print(`there is nothing to heal on ${run}`);
  },
};
export default command;

async function refuseUnknown(engine: Engine, run: string, fault: string): Promise<void> {
  const ids = (await registeredFaults(engine, run)).map((each) => each.fault);
  if (ids.includes(fault)) return;
  const hint = ids.length > 0 ? `did you mean \`${nearest(fault, ids)}\`?` : 'there is none.';
  throw new DrillError(
    `There is no fault \`${fault}\` on ${run}: ${hint} Members that are down are started with \`--all\`.`,
  );
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
