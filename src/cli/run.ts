import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { parseClusterSpec } from '../cluster/spec.ts';
import { type DrillConfig, loadConfig } from '../config.ts';
import { durationMs } from '../duration.ts';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { resolveEtcdImage } from '../images/resolve-etcd-image.ts';
import { ensureToolbox } from '../images/ensure-toolbox.ts';
import { readParameters } from '../parameters.ts';
import { createReporters } from '../reporters/create.ts';
import { type Cell, sizesOf } from '../runner/cells.ts';
import { everyBuiltIn, type LoadedScenario, loadScenarios } from '../runner/load-scenarios.ts';
import { gravestCode } from '../runner/outcome.ts';
import { runDrill } from '../runner/run-drill.ts';
import { createAnnounce } from '../setup/announce.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { drillVersion } from '../version.ts';
import { interruptSignal } from './interrupt.ts';
import { reproduce } from './reproduce.ts';
import { writableFolder } from './writable-folder.ts';

const options = {
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    describe: "A parameter of the drill's own, as key=value; see `drill list`",
  },
  members: {
    type: 'string',
    describe: 'Cluster size, 1 to 9 (3, 5 and 7 are the documented ones)',
  },
  matrix: { type: 'boolean', default: false, describe: 'Run on every documented size' },
  etcd: {
    type: 'string',
    describe: 'Version (3.5.16), or registry:<ref>, go:<version>, deb:<suite>, dir:<path>',
  },
  seed: { type: 'string', describe: 'Makes the load and every random choice repeatable' },
  timeout: { type: 'string', describe: 'Deadline of each run, e.g. 5m (default 10m)' },
  bail: { type: 'boolean', default: false, describe: 'Stop after the first run that is not held' },
  grep: { type: 'string', describe: 'Only drills whose name or summary has this text' },
  keep: { type: 'boolean', default: false, describe: 'Leave the cluster up afterwards' },
  publish: { type: 'string', describe: "Address of the engine's host to publish client ports on" },
  reporter: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'terminal, html, json, junit, github (default: all that apply)',
  },
  output: { type: 'string', describe: 'Folder that gets a folder per run (default: reports)' },
} as const;

type Flags = {
  readonly drills: string[];
  readonly set: string[];
  readonly members?: string;
  readonly matrix: boolean;
  readonly etcd?: string;
  readonly seed?: string;
  readonly timeout?: string;
  readonly bail: boolean;
  readonly grep?: string;
  readonly keep: boolean;
  readonly publish?: string;
  readonly reporter?: string[];
  readonly output?: string;
};

const command = {
  command: 'run [drills..]',
  describe: 'Run drills, by name, file or glob, and say what held',
  builder: (yargs: Argv) =>
    yargs
      .positional('drills', { type: 'string', array: true, default: [] as string[] })
      .options(options)
      .example('$0 run partition', 'cut the leader of three members off for ten seconds')
      .example('$0 run partition --set target=majority --members 5', 'another side, another size'),
  handler: async (flags: Flags) => {
    process.exitCode = await run(flags, await loadConfig(process.cwd()));
  },
};
export default command;

async function run(flags: Flags, config: DrillConfig): Promise<number> {
  const scenarios = await chosen(flags, config);
  const cells = scenarios.flatMap((scenario) => cellsOf(scenario, flags, config));
  const seed =
    flags.seed === undefined ? (config.seed ?? randomInt(2 ** 31)) : readSeed(flags.seed);
  const timeoutMs = readTimeout(flags.timeout ?? config.timeout ?? '10m');
  const output = writableFolder(resolve(flags.output ?? config.output ?? 'reports'));
  const reporterNames = flags.reporter ?? config.reporters ?? defaultReporters();
  const makeReporter = () =>
    createReporters(reporterNames, { screen: process.stdout, environment: process.env });
  makeReporter(); // a wrong name is refused before anything starts
  const specs = cells.map((cell) =>
    parseClusterSpec({ ...cell.scenario.definition.cluster, members: cell.members }),
  );

  const announce = createAnnounce(process.stderr);
  const engine = await ensureEngine({ env: process.env, announce });
  const toolbox = await ensureToolbox({ engine, announce });
  const request = flags.etcd ?? config.etcd;
  const image = await resolveEtcdImage({
    engine,
    announce,
    ...(request === undefined ? {} : { request }),
  });

  const interrupt = interruptSignal();
  const codes: number[] = [];
  for (const [index, cell] of cells.entries()) {
    const name = runName(cell.drill);
    const spec = specs[index] ?? parseClusterSpec({ members: cell.members });
    const outcome = await runDrill({
      run: name,
      folder: join(output, name),
      cell,
      spec,
      engine,
      images: [image],
      toolbox,
      publish: flags.publish,
      seed,
      timeoutMs,
      keep: flags.keep,
      command: reproduce(cell, seed, image, flags),
      drillVersion,
      reporter: makeReporter(),
      interrupt,
    });
    codes.push(outcome.exitCode);
    if (interrupt.aborted || (flags.bail && outcome.exitCode !== exitCode.held)) break;
  }
  return gravestCode(codes);
}

async function chosen(flags: Flags, config: DrillConfig): Promise<LoadedScenario[]> {
  const { drills, grep } = flags;
  if (drills.length === 0 && grep === undefined) {
    throw new DrillError(
      'Name a drill to run, for example `drill run partition`; see `drill list`.',
    );
  }
  const patterns = drills.length > 0 ? drills : [everyBuiltIn, ...(config.scenarios ?? [])];
  const all = await loadScenarios(patterns);
  const matching = all.filter(
    ({ name, scenario }) =>
      grep === undefined || `${name} ${scenario.definition.summary}`.includes(grep),
  );
  if (matching.length > 0) return matching;
  throw new DrillError(`No drill matches \`--grep ${grep}\`: see \`drill list\`.`);
}

function cellsOf(
  { name, source, scenario }: LoadedScenario,
  flags: Flags,
  config: DrillConfig,
): Cell[] {
  const table = scenario.definition.parameters ?? {};
  const parameters = readParameters(name, table, flags.set);
  const asked = flags.members === undefined ? config.members : readMembers(flags.members);
  return sizesOf(scenario, asked, flags.matrix).map((members) => ({
    drill: name,
    source,
    scenario,
    parameters,
    members,
  }));
}

function readMembers(text: string): number {
  if (/^[1-9]$/.test(text)) return Number(text);
  throw new DrillError(`\`--members ${text}\`: expected a whole number from 1 to 9.`);
}

function readTimeout(text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new DrillError(`\`--timeout ${text}\`: ${messageOf(error)}`);
  }
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw new DrillError(`\`--seed ${text}\`: expected a whole number from 0 to ${2 ** 31 - 1}.`);
}

/** Unique, sortable by time, fit for container names. */
function runName(drill: string): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const slug = drill.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `${slug}-${time}-${randomInt(2 ** 16)
    .toString(16)
    .padStart(4, '0')}`;
}

const defaultReporters = (): string[] => [
  'terminal',
  'html',
  'json',
  'junit',
  ...(process.env['GITHUB_ACTIONS'] === 'true' ? ['github'] : []),
];
