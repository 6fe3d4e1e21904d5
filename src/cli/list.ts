import type { CommandModule } from 'yargs';
import { loadConfig } from '../config.ts';
import { everyBuiltIn, loadScenarios } from '../runner/load-scenarios.ts';

type Flags = { readonly json: boolean };

const command: CommandModule<object, Flags> = {
  command: 'list',
  describe: 'List the drills, with their parameters and sizes',
  builder: (yargs) =>
    yargs.options({ json: { type: 'boolean', default: false, describe: 'As JSON' } }),
  handler: async ({ json }) => {
    const { scenarios = [] } = await loadConfig(process.cwd());
    const drills = (await loadScenarios([everyBuiltIn, ...scenarios])).map(
      ({ name, source, scenario }) => ({
        name,
        source,
        summary: scenario.definition.summary,
        members: scenario.definition.matrix?.members ?? [3],
        parameters: scenario.definition.parameters ?? {},
      }),
    );
    process.stdout.write(
      json ? `${JSON.stringify(drills, null, 2)}\n` : drills.map(describe).join('\n'),
    );
  },
};
export default command;

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly number[];
  readonly parameters: Readonly<
    Record<string, { default: unknown; help: string; choices?: readonly string[] }>
  >;
}

function describe({ name, summary, members, parameters }: Listed): string {
  const settings = Object.entries(parameters).map(([key, { default: fallback, help, choices }]) => {
    const values = choices ? choices.join('|') : String(fallback);
    return `    --set ${key}=${values}  (default ${String(fallback)}) ${help}\n`;
  });
  return `${name}  on ${members.join(', ')} members\n  ${summary}\n${settings.join('')}`;
}
