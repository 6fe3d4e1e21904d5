import type { Argv } from 'yargs';
import { registeredFaults } from '../../cluster/undo-faults.ts';
import { connectEngine } from '../../engine/connect-engine.ts';
import type { FaultKind } from '../../faults/kind.ts';
import { faultKinds } from '../../faults/registry.ts';
import { runNamed } from './on-run.ts';

type Flags = { readonly on?: string; readonly json: boolean };

const command = {
  command: 'list',
  describe: 'List the faults that can be injected, or those that are on a run now',
  builder: (yargs: Argv) =>
    yargs.options({
      on: { type: 'string', describe: 'The run whose faults are listed' },
      json: { type: 'boolean', default: false, describe: 'As JSON' },
    }),
  handler: async ({ on, json }: Flags) => {
    process.stdout.write(on === undefined ? kinds(json) : await onRun(on, json));
  },
};
export default command;

function kinds(json: boolean): string {
  if (!json) return faultKinds.map(describe).join('\n');
  const listed = faultKinds.map(({ name, family, summary, undo, needs, parameters }) => {
    return { name, family, summary, undo, needs, parameters };
  });
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function describe({ name, family, summary, undo, needs, parameters }: FaultKind): string {
  const settings = Object.entries(parameters).map(([key, parameter]) => {
    const values = parameter.kind === 'choice' ? parameter.choices.join('|') : parameter.kind;
    return `    --set ${key}=<${values}>  (default ${String(parameter.default)}) ${parameter.help}\n`;
  });
  return `${name}  (${family}, ${undo})\n  ${summary}\n  needs ${needs}\n${settings.join('')}`;
}

async function onRun(name: string, json: boolean): Promise<string> {
  const engine = await connectEngine({ env: process.env });
  const { run } = await runNamed(engine, name);
  const faults = await registeredFaults(engine, run);
  if (json) return `${JSON.stringify(faults, null, 2)}\n`;
  if (faults.length === 0) return `no fault that comes off by itself is on ${run}\n`;
  return faults.map(({ fault, owner, title }) => `${fault}  ${title}  (${by(owner)})\n`).join('');
}

const by = (owner: string): string => (owner === 'runner' ? 'by the run itself' : 'by hand');
