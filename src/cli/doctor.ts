import type { CommandModule } from 'yargs';
import { exitCode } from '../errors.ts';
import { examine } from '../setup/doctor/examine.ts';
import type { Finding } from '../setup/doctor/finding.ts';

type Flags = { readonly json: boolean };

const command: CommandModule<object, Flags> = {
  command: 'doctor',
  describe: 'Say what this machine and its engine can do, and what is missing',
  builder: (yargs) =>
    yargs.options({ json: { type: 'boolean', default: false, describe: 'As JSON' } }),
  handler: async ({ json }) => {
    const findings = await examine(process.env);
    const blocked = findings.some((finding) => finding.state === 'missing' && finding.blocks);
    const text = json
      ? JSON.stringify({ partitionCanRun: !blocked, findings }, null, 2)
      : findings.map(describe).join('\n');
    process.stdout.write(`${text}\n`);
    if (blocked) process.exitCode = exitCode.couldNotRun;
  },
};
export default command;

function describe(finding: Finding): string {
  const line = `${finding.state.padEnd(9)}  ${finding.subject.padEnd(16)}  ${finding.detail}`;
  if (finding.state === 'ok') return line;
  const affects = finding.state === 'missing' ? [`affects: ${finding.affects}`] : [];
  const below = [...affects, `remedy: ${finding.remedy}`];
  return [line, ...below.map((text) => `${' '.repeat(29)}${text}`)].join('\n');
}
