import type { Parameter, ParameterTable } from '../../src/parameters.ts';
import { table } from './markdown.ts';

/** The table of what `--set` takes, or nothing where it takes nothing. */
export function parameterTable(parameters: ParameterTable): string[] {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    `\`${name}\``,
    allowed(parameter),
    `\`${String(parameter.default)}\``,
    parameter.help,
  ]);
  return rows.length === 0 ? [] : [table(['`--set`', 'takes', 'default', 'what it is'], rows)];
}

function allowed(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'choice':
      return parameter.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'duration':
      return 'a duration, as `10s`';
    case 'integer':
      return `${parameter.min} to ${parameter.max}`;
    case 'version':
      return 'a version, as `3.6.16`';
    case 'flag':
      return '`true`, `false`';
  }
}
