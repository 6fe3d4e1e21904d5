import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Argv } from 'yargs';
import { readManifest } from '../backup/manifest.ts';
import { publishAddress } from '../cluster/sidecar.ts';
import { formatDuration } from '../duration.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { ensureToolbox } from '../images/ensure-toolbox.ts';
import { resolveEtcdImage } from '../images/resolve-etcd-image.ts';
import { rehearse } from '../rehearse/rehearse.ts';
import { closing } from '../rehearse/report/closing.ts';
import { rehearsalOf } from '../rehearse/report/rehearsal-of.ts';
import { writeReports } from '../rehearse/report/write-reports.ts';
import { refuseLocked, refuseUnfit } from '../rehearse/refuse-unfit.ts';
import { visible } from '../report/visible.ts';
import { liveScreen } from '../reporters/terminal/live.ts';
import { type Painter, painter } from '../reporters/terminal/painter.ts';
import type { Phase } from '../runner/stage.ts';
import { createAnnounce } from '../setup/announce.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { drillVersion } from '../version.ts';
import { accessOptions } from './access.ts';
import { interruptSignal } from './interrupt.ts';
import {
  commandOf,
  type RehearseFlags,
  rehearseOptions,
  settleRehearsal,
} from './settle-rehearsal.ts';

const command = {
  command: 'rehearse <file>',
  describe: 'Prove that a backup restores, in a cluster of its own, and for an auditor',
  builder: (yargs: Argv) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'A snapshot, of `drill backup` or `etcdctl snapshot save`',
      })
      .options({ ...rehearseOptions, ...accessOptions })
      .example('$0 rehearse backup.db --etcd 3.5.35', 'restore it on three members of 3.5.35'),
  handler: async (flags: RehearseFlags) => {
    process.exitCode = await run(flags);
  },
};
export default command;

async function run(flags: RehearseFlags): Promise<number> {
  const settled = settleRehearsal(flags, process.env);
  const { path, prefixDepth, output } = settled;
  const announce = createAnnounce(process.stderr);
  const snapshot = await announce('read the file from one end to the other', () =>
    openSnapshot(path, { prefixDepth }),
  );
  refuseLocked(snapshot, flags.user);
  const manifest = await readManifest(path);
  const engine = await ensureEngine({ env: process.env, announce });
  publishAddress(engine, flags.publish); // an engine elsewhere needs one: refused before anything is made
  const toolbox = await ensureToolbox({ engine, announce });
  const image = await resolveEtcdImage({ engine, announce, request: flags.etcd });
  refuseUnfit(snapshot, image.version);

  const name = runName();
  const folder = join(output, name);
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const paint = painter(process.stdout, process.env);
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const nowMs = (): number => performance.now() - startMs;
  const rehearsed = await rehearse({
    ...settled,
    run: name,
    place: { engine, toolbox, publish: flags.publish, folder, nowMs, signal: interruptSignal() },
    snapshot,
    manifest,
    image,
    step: stepLines(paint),
  });
  const rehearsal = rehearsalOf(
    {
      run: name,
      startedAt,
      command: commandOf(flags, image),
      durationMs: nowMs(),
      versions: {
        drill: drillVersion,
        etcd: image.version,
        etcdSource: image.source,
        engine: `Docker ${engine.version}`,
        kernel: engine.kernel,
      },
      members: settled.members,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    },
    rehearsed,
  );
  await writeReports(rehearsal, folder);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  const report = relative(process.cwd(), join(folder, 'report.html'));
  process.stdout.write(`${closing(rehearsal, report, paint, columns)}\n`);
  return rehearsal.exitCode;
}

/** A line for each part when it has ended, with its time; a terminal shows the one under way. */
function stepLines(paint: Painter): Phase {
  const live = liveScreen(process.stdout);
  return async (name, body) => {
    const startMs = performance.now();
    live.status(`  ${paint('cyan', '▸')} ${visible(name)}`);
    const told = (mark: string): void => {
      live.status(undefined);
      const took = formatDuration(performance.now() - startMs);
      live.print(`  ${mark} ${visible(name)} ${paint('dim', took)}`);
    };
    try {
      const result = await body();
      told(paint('green', '✓'));
      return result;
    } catch (error) {
      told(paint('red', '✗'));
      throw error;
    }
  };
}

/** Unique, sortable by time, fit for container names. */
function runName(): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `rehearse-${time}-${randomInt(2 ** 16)
    .toString(16)
    .padStart(4, '0')}`;
}
