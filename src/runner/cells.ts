import type { ParameterTable } from '../parameters.ts';
import type { Control, FromParameters, Scenario } from '../scenario.ts';

/** One drill with its parameters settled, on one size of cluster: what a run runs. */
export interface Cell {
  /** The scenario's file name without its ending. */
  readonly drill: string;
  /** Where it was loaded from, for the command that reproduces it. */
  readonly source: string;
  readonly scenario: Scenario;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly members: number;
  /** Where the run is the drill's control, which must end violated. */
  readonly control?: Control<ParameterTable>;
}

/** What a part of the drill's definition is with the cell's parameters. */
export function settled<T extends object>(
  part: FromParameters<T, ParameterTable>,
  { parameters }: Pick<Cell, 'parameters'>,
): T {
  return typeof part === 'function' ? part(parameters as never) : part;
}

const usualSize = 3;

/** Sizes a drill runs on: the one asked for, its first documented one, or all with `--matrix`. */
export function sizesOf(
  scenario: Scenario,
  asked: number | undefined,
  wholeMatrix: boolean,
): readonly number[] {
  if (asked !== undefined) return [asked];
  const documented = scenario.definition.matrix?.members ?? [usualSize];
  return wholeMatrix ? documented : documented.slice(0, 1);
}
