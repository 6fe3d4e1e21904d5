import { existsSync } from 'node:fs';
import { exitCode } from '../src/errors.ts';
import { faultNamed, faultKinds } from '../src/faults/registry.ts';
import { choice, duration, flag, scenario } from '../src/index.ts';
import { type ParameterTable, type ParameterValues, readParameters } from '../src/parameters.ts';
import { eventually } from '../src/wait.ts';
import { settings } from '../test/table/settings.ts';

const [first = '', ...others] = faultKinds
  .filter(({ undo }) => undo === 'leased')
  .map(({ name }) => name);

/** A file that is made once the cluster was looked at from outside: then the fault may begin. */
const begin = process.env['DRILL_SOAK_BEGIN'];
const beginsWithinMs = 60_000;

/** Holds one fault of the library and asserts nothing: its runner is killed in the middle of it. */
export default scenario(
  {
    summary: 'Hold one leased fault while the runner is killed.',
    parameters: {
      fault: choice([first, ...others], first, 'the fault, by its name'),
      hold: duration('60s', 'how long it is held'),
      mapper: flag(false, 'whether the disks have a device-mapper layer'),
    },
    cluster: ({ mapper }) => ({
      disks: { data: 400 * 1024 * 1024, mapper },
      zones: ['a', 'b', 'b'],
    }),
    load: { clients: 3, ratePerSecond: 30 },
    assertions: [],
  },
  async ({ cluster, load, step, parameters }) => {
    const kind = faultNamed(parameters.fault);
    const { target, set = [] } = settings[kind.name] ?? {};
    const targets = target === 'all' ? cluster.members : cluster.members.slice(0, 1);
    const place = { cluster, targets, towards: cluster.except(...targets) };
    const values = readParameters(kind.name, kind.parameters, set);
    // Read by the kind's own table.
    const fault = await kind.build(place, values as ParameterValues<ParameterTable>);
    await step('wait for the look from outside', () =>
      eventually(
        {
          subject: `The file of DRILL_SOAK_BEGIN (${begin})`,
          withinMs: beginsWithinMs,
          code: exitCode.couldNotRun,
        },
        () => (begin !== undefined && existsSync(begin)) || undefined,
      ),
    );
    await step('hold the fault', async () => {
      await using _ = await cluster.inject(fault);
      await load.run(parameters.hold);
    });
  },
);
