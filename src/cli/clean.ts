import type { CommandModule } from 'yargs';
import { type RunOnEngine, listRuns } from '../cluster/list-runs.ts';
import { detachStrayDisks } from '../cluster/detach-disks.ts';
import { type Removed, removeRun } from '../cluster/remove-run.ts';
import { removeProbes } from '../cluster/remove-probes.ts';
import { connectEngine } from '../engine/connect-engine.ts';
import { DrillError, exitCode } from '../errors.ts';
import { nearest } from '../parameters.ts';
import { leftAlone } from './left-alone.ts';

type Flags = { readonly runs: string[]; readonly all: boolean };

const command: CommandModule<object, Flags> = {
  command: 'clean [runs..]',
  describe: 'Remove what dead runs left on the engine, and say what it was',
  builder: (yargs) =>
    yargs
      .positional('runs', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Remove these runs, whatever their state',
      })
      .options({
        all: { type: 'boolean', default: false, describe: 'Live and kept runs too' },
      }),
  handler: async ({ runs, all }) => {
    const engine = await connectEngine({ env: process.env });
    const found = await listRuns(engine);
    const chosen = choose(found, runs, all);
    for (const { run } of chosen) say(run, await removeRun(engine, run));
    for (const { run, state } of found)
      if (!chosen.some((each) => each.run === run)) print(leftAlone({ run, state }));
    const gone = async (owner: string): Promise<boolean> =>
      (await listRuns(engine)).every(({ run }) => run !== owner);
    const strays = await detachStrayDisks(engine, gone);
    for (const device of strays) print(`detached ${device}, a disk of a run that is gone`);
    const probes = await removeProbes(engine);
    for (const name of probes) print(`removed the left-over probe ${name}`);
    if (found.length + strays.length + probes.length === 0)
      print('nothing of drill’s is on the engine');
  },
};
export default command;

function choose(
  found: readonly RunOnEngine[],
  runs: readonly string[],
  all: boolean,
): readonly RunOnEngine[] {
  if (all) return found;
  if (runs.length === 0) return found.filter(({ state }) => state === 'dead');
  return runs.map((run) => {
    const known = found.find((each) => each.run === run);
    if (known) return known;
    const names = found.map((each) => each.run);
    const hint =
      names.length > 0 ? `did you mean \`${nearest(run, names)}\`?` : 'there is none at all.';
    throw new DrillError(`There is no run \`${run}\` on the engine: ${hint}`, exitCode.couldNotRun);
  });
}

function say(run: string, removed: Removed): void {
  const parts = [
    ...removed.containers.map((name) => `container ${name}`),
    ...removed.volumes.map((name) => `volume ${name}`),
    ...removed.networks.map((name) => `network ${name}`),
    ...removed.loopDevices.map((name) => `loop device ${name}`),
  ];
  print(`removed ${run}:`);
  for (const part of parts) print(`  ${part}`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
