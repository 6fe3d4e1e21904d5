import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findEngine } from '../engine/connect-engine.ts';
import type { Announce } from '../engine/engine.ts';
import { DrillError } from '../errors.ts';
import { hasSystemd, installPackages, whyNoInstall } from './debian.ts';
import { withLock } from './lock.ts';
import { hasProgram, runProgram } from './run-program.ts';

/** Installs Docker Engine where there is none; a `docker` client alone is no engine. */
export async function installEngine(announce: Announce): Promise<void> {
  await withLock('install engine', async () => {
    if (hasProgram('dockerd')) return;
    const refusal = whyNoInstall();
    if (refusal !== undefined) {
      throw new DrillError(
        `no Docker Engine answers on this machine, and drill cannot install one (${refusal}); ` +
          'install Docker Engine 20.10 or newer (https://docs.docker.com/engine/install/) and start it, ' +
          'or point DOCKER_HOST at one',
      );
    }
    await installPackages(['docker.io', 'iptables'], announce);
  });
}

/** Starts the installed engine, by systemd where that runs, and waits until it answers. */
export async function startEngine({
  env,
  announce,
}: {
  env: NodeJS.ProcessEnv;
  announce: Announce;
}): Promise<void> {
  await withLock('start engine', async () => {
    if ((await findEngine({ env })).state === 'answered') return;
    if (process.getuid?.() !== 0) {
      throw new DrillError(
        'Docker Engine is installed but does not run, and only root can start it; ' +
          'start it: `sudo systemctl start docker` or `sudo dockerd`',
      );
    }
    await announce('start the Docker Engine', async () => {
      if (hasSystemd()) await runProgram('systemctl', ['start', 'docker']);
      else await startByHand(env);
    });
  });
}

const logFile = '/var/log/etcd-drill-dockerd.log';
const startLimitMs = 60_000;

async function startByHand(env: NodeJS.ProcessEnv): Promise<void> {
  const log = openSync(logFile, 'a');
  // A session of its own: the engine outlives this command and its terminal.
  const dockerd = spawn('dockerd', { detached: true, stdio: ['ignore', log, log] });
  dockerd.unref();
  let ended: string | undefined;
  dockerd.on('error', (error) => (ended = error.message));
  dockerd.on('exit', (status, signal) => (ended = `ended with ${signal ?? `status ${status}`}`));
  const deadlineMs = performance.now() + startLimitMs;
  while ((await findEngine({ env })).state === 'none') {
    const late = performance.now() > deadlineMs;
    if (ended === undefined && !late) {
      await sleep(100);
      continue;
    }
    const how = ended ?? `does not answer after ${startLimitMs / 1000} s`;
    throw new DrillError(`dockerd ${how}; the end of ${logFile}:\n${await tail(logFile)}`);
  }
}

async function tail(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trim().split('\n').slice(-15).join('\n');
}
