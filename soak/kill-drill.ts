import { faultNamed, faultKinds } from '../src/faults/registry.ts';
import { choice, duration, flag, scenario } from '../src/index.ts';
import { type ParameterTable, type ParameterValues, readParameters } from '../src/parameters.ts';

const [first = '', ...others] = faultKinds
  .filter(({ undo }) => undo === 'leased')
  .map(({ name }) => name);

/** Holds one fault of the library and asserts nothing: its runner is killed in the middle of it. */
export default scenario(
  {
    summary: 'Hold one leased fault, with its defaults, while the runner is killed.',
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
    const targets = kind.name === 'zones' ? cluster.members : cluster.members.slice(0, 1);
    const place = { cluster, targets, towards: cluster.except(...targets) };
    const defaults = readParameters(kind.name, kind.parameters, []);
    // Read by the kind's own table.
    const fault = await kind.build(place, defaults as ParameterValues<ParameterTable>);
    await step('hold the fault', async () => {
      await using _ = await cluster.inject(fault);
      await load.run(parameters.hold);
    });
  },
);
