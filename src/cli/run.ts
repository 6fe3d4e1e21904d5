import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { type DrillConfig, loadConfig } from '../config.ts';
import { publishAddress } from '../cluster/sidecar.ts';
import type { Announce, Engine, EtcdImage } from '../engine/engine.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { exitCode } from '../errors.ts';
import { ensureToolbox } from '../images/ensure-toolbox.ts';
import { resolveEtcdImage } from '../images/resolve-etcd-image.ts';
import { createReporters } from '../reporters/create.ts';
import { gravestCode } from '../runner/outcome.ts';
import { type DrillRun, runDrill } from '../runner/run-drill.ts';
import { createAnnounce } from '../setup/announce.ts';
import { drillVersion } from '../version.ts';
import { interruptSignal } from './interrupt.ts';
import { reproduce } from './reproduce.ts';
import { type RunFlags, runOptions } from './run-options.ts';
import { type SettledCell, settleRun } from './settle-run.ts';

const command = {
  command: 'run [drills..]',
  describe: 'Run drills, by name, file or glob, and say what held',
  builder: (yargs: Argv) =>
    yargs
      .positional('drills', { type: 'string', array: true, default: [] as string[] })
      .options(runOptions)
      .example('$0 run partition', 'cut the leader of three members off for ten seconds')
      .example('$0 run partition --set target=majority --members 5', 'another side, another size'),
  handler: async (flags: RunFlags) => {
    process.exitCode = await run(flags, await loadConfig(process.cwd()));
  },
};
export default command;

async function run(flags: RunFlags, config: DrillConfig): Promise<number> {
  const { cells, seed, timeoutMs, steadyMs, operations, output } = await settleRun(flags, config);
  const reporterNames = flags.reporter ?? config.reporters ?? defaultReporters();
  const makeReporter = () =>
    createReporters(reporterNames, { screen: process.stdout, environment: process.env });
  makeReporter(); // a wrong name is refused before anything starts

  const announce = createAnnounce(process.stderr);
  const engine = await ensureEngine({ env: process.env, announce });
  publishAddress(engine, flags.publish); // an engine elsewhere needs one: refused before anything is made
  const toolbox = await ensureToolbox({ engine, announce });
  const ready: { settled: SettledCell; images: Images }[] = [];
  for (const settled of cells)
    ready.push({ settled, images: await imagesFor(settled, engine, announce) });

  const interrupt = interruptSignal();
  const codes: number[] = [];
  for (const { settled, images } of ready) {
    const { cell, spec, notices } = settled;
    const name = runName(cell.drill);
    const outcome = await runDrill({
      run: name,
      folder: join(output, name),
      cell,
      spec,
      engine,
      ...images,
      toolbox,
      publish: flags.publish,
      seed,
      timeoutMs,
      steadyMs,
      operations,
      keep: flags.keep,
      command: reproduce(cell, seed, images.laterImages.length > 0 ? [] : images.images, flags),
      notices,
      drillVersion,
      reporter: makeReporter(),
      interrupt,
    });
    codes.push(outcome.exitCode);
    if (interrupt.aborted || (flags.bail && outcome.exitCode !== exitCode.held)) break;
  }
  return gravestCode(codes);
}

/** The image of each version that is asked for; all are there before the first drill starts. */
async function imagesFor(
  { etcd: [first, ...others], later }: SettledCell,
  engine: Engine,
  announce: Announce,
): Promise<Images> {
  const images: [EtcdImage, ...EtcdImage[]] = [
    await resolveEtcdImage({ engine, announce, request: first }),
  ];
  for (const request of others) images.push(await resolveEtcdImage({ engine, announce, request }));
  const laterImages: EtcdImage[] = [];
  for (const request of later)
    laterImages.push(await resolveEtcdImage({ engine, announce, request }));
  return { images, laterImages };
}

/** What the members of a run start with, and what its timeline changes them to. */
type Images = Pick<DrillRun, 'images' | 'laterImages'>;

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
