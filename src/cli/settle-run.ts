import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { type ClusterSpec, parseClusterSpec } from '../cluster/spec.ts';
import type { DrillConfig } from '../config.ts';
import { durationMs } from '../duration.ts';
import { DrillError, messageOf } from '../errors.ts';
import { loadSpec } from '../load/spec.ts';
import { readParameters } from '../parameters.ts';
import { type Cell, settled, sizesOf } from '../runner/cells.ts';
import { assertionsOf } from '../runner/judge.ts';
import { everyBuiltIn, type LoadedScenario, loadScenarios } from '../runner/load-scenarios.ts';
import type { RunFlags } from './run-options.ts';
import { writableFolder } from './writable-folder.ts';

/** A cell and all that its cluster is made of. */
export interface SettledCell {
  readonly cell: Cell;
  readonly spec: ClusterSpec;
  /** What `--etcd` or the drill asks for, per member; the default version where there is none. */
  readonly etcd: readonly [string | undefined, ...(string | undefined)[]];
  /** Versions that the drill changes members to. */
  readonly later: readonly string[];
  /** What the reader of the run must know first. */
  readonly notices: readonly string[];
}

/** Everything a command line and a configuration say, read and found right before anything starts. */
export interface SettledRun {
  readonly cells: readonly SettledCell[];
  readonly seed: number;
  readonly timeoutMs: number;
  /** How long a cluster must be well before it is broken. */
  readonly steadyMs: number;
  readonly operations: number;
  /** Folder that gets a folder per run. */
  readonly output: string;
}

export async function settleRun(flags: RunFlags, config: DrillConfig): Promise<SettledRun> {
  const scenarios = await chosen(flags, config);
  const cells = scenarios.flatMap((scenario) => cellsOf(scenario, flags, config));
  return {
    cells: cells.map((cell) => settleCell(cell, flags, config)),
    seed: flags.seed === undefined ? (config.seed ?? randomInt(2 ** 31)) : readSeed(flags.seed),
    timeoutMs: readTimeout(flags.timeout ?? config.timeout ?? '10m'),
    steadyMs: flags.short ? 2000 : 5000,
    operations: flags.operations === undefined ? 0 : readOperations(flags.operations),
    output: writableFolder(resolve(flags.output ?? config.output ?? 'reports')),
  };
}

function settleCell(cell: Cell, flags: RunFlags, config: DrillConfig): SettledCell {
  const { cluster = {}, load = {}, images = [] } = cell.scenario.definition;
  made('The assertions of', cell, () => assertionsOf(cell));
  loadSpec(made('The load of', cell, () => settled(load, cell))); // refused now, not once the cluster runs
  const asksFor = made('The cluster of', cell, () => settled(cluster, cell));
  const spec = parseClusterSpec({ ...asksFor, members: cell.members });
  const later = made('The versions of', cell, () => settled(images, cell));
  // Where a drill changes versions, those it starts with are a part of that.
  const own = later.length > 0;
  const asked = (own ? undefined : (flags.etcd ?? config.etcd)?.split(',')) ?? spec.etcd ?? [];
  if (asked.length > spec.members) {
    throw new DrillError(
      `${asked.length} etcd versions (${asked.join(', ')}) for ${spec.members} members: name one per member at most.`,
    );
  }
  const [first, ...others] = asked;
  const notices =
    own && flags.etcd !== undefined
      ? [`\`--etcd ${flags.etcd}\` does not apply: ${cell.drill} names its own versions.`]
      : [];
  return { cell, spec, etcd: [first, ...others], later, notices };
}

async function chosen(flags: RunFlags, config: DrillConfig): Promise<LoadedScenario[]> {
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
  flags: RunFlags,
  config: DrillConfig,
): Cell[] {
  const table = scenario.definition.parameters ?? {};
  const { control } = scenario.definition;
  if (flags.control && control === undefined)
    throw new DrillError(`${name} has no control: see \`drill list\` for drills that have one.`);
  const presets = {
    ...(flags.short ? scenario.definition.short : {}),
    ...(flags.control ? control?.set : {}),
  };
  const parameters = readParameters(name, table, flags.set, presets);
  const asked = flags.members === undefined ? config.members : readMembers(flags.members);
  return sizesOf(scenario, asked, flags.matrix).map((members) => ({
    drill: name,
    source,
    scenario,
    parameters,
    members,
    ...(flags.control && control ? { control } : {}),
  }));
}

/** A drill's own code makes its parts from the parameters: better that it fails now than later. */
function made<T>(part: string, cell: Cell, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const said = messageOf(error);
    throw new DrillError(`${part} ${cell.source} cannot be made: ${said}`, undefined, error);
  }
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

function readOperations(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new DrillError(`\`--operations ${text}\`: expected a whole number up to 9999999.`);
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw new DrillError(`\`--seed ${text}\`: expected a whole number from 0 to ${2 ** 31 - 1}.`);
}
