import type { Assertion } from '../../src/assertions/assertion.ts';
import { readParameters } from '../../src/parameters.ts';
import { assertionsOf } from '../../src/runner/judge.ts';
import type { LoadedScenario } from '../../src/runner/load-scenarios.ts';
import { settings, table } from './markdown.ts';
import { type MeasuredRun, needsOf } from './measured.ts';
import { parameterTable } from './parameters.ts';

/** One line a drill, for the README; how long and what for is told where a run was measured. */
export function drillsTable(
  drills: readonly LoadedScenario[],
  measured: ReadonlyMap<string, MeasuredRun>,
): string {
  const rows = drills.map(({ name, scenario: { definition } }) => {
    const run = measured.get(name);
    return [
      `[\`${name}\`](docs/drills.md#${anchorOf(name)})`,
      definition.summary,
      definition.control ? settings(definition.control.set) : '',
      run ? `${run.seconds} s` : '',
      run ? needsOf(run) : '',
    ];
  });
  const columns = ['what it does, and what must hold', 'its control', 'in short', 'needs'];
  return table(['`./drill run …`', ...columns], rows);
}

/** Every drill with its bounds, what it teaches and its control. */
export function drillsPage(drills: readonly LoadedScenario[]): string {
  return [
    '# Drills',
    'Generated from `src/scenarios` by `npm run docs`. Beside the assertions named here, every run is ' +
      'judged by all of etcd’s general promises (see [ARCHITECTURE.md](../ARCHITECTURE.md#judging)). ' +
      'Times of bounds are milliseconds, with the default parameters.',
    ...drills.flatMap(drillSection),
  ].join('\n\n');
}

function drillSection(drill: LoadedScenario): string[] {
  const { name, scenario } = drill;
  const { summary, teaches, parameters = {}, matrix, short, control } = scenario.definition;
  return [
    `## ${name}`,
    summary,
    ...(teaches === undefined ? [] : [teaches]),
    `Runs on ${(matrix?.members ?? [3]).join(', ')} members. Judged by ${bounds(drill).join(', ')}.`,
    ...parameterTable(parameters),
    ...(short ? [`In short (\`./drill run ${name} --short\`): ${settings(short)}.`] : []),
    ...(control
      ? [
          `Control (\`./drill run ${name} --control\`): ${settings(control.set)} must end violated ` +
            `(${control.violates.map((one) => `\`${one}\``).join(' or ')}), because ${control.because}.`,
        ]
      : []),
  ];
}

/** The assertions that the drill itself asks for, with its default parameters. */
function bounds({ name, source, scenario }: LoadedScenario): string[] {
  const parameters = readParameters(name, scenario.definition.parameters ?? {}, []);
  return assertionsOf({ drill: name, source, scenario, parameters, members: 3 }).map(withOptions);
}

function withOptions({ name, options }: Assertion): string {
  const given = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return given.length === 0 ? `\`${name}\`` : `\`${name}\` (${given.join(', ')})`;
}

const anchorOf = (name: string): string => name.toLowerCase().replaceAll('/', '');
