import { findEngine } from '../../engine/connect-engine.ts';
import type { Engine } from '../../engine/engine.ts';
import { messageOf } from '../../errors.ts';
import { findImage } from '../../images/built-image.ts';
import { toolboxRecipe } from '../../images/ensure-toolbox.ts';
import { capabilities } from './capabilities.ts';
import { cgroupFinding } from './cgroup.ts';
import { connectionReset } from './connection-reset.ts';
import { deviceMapper } from './device-mapper.ts';
import { engineFinding, noEngineFinding } from './engine.ts';
import type { Finding, Probe } from './finding.ts';
import { freeDisk } from './free-disk.ts';
import { imagesFinding } from './images.ts';
import { iptables } from './iptables.ts';
import { leftovers } from './leftovers.ts';
import { loopDevices } from './loop-devices.ts';
import { netem } from './netem.ts';

/** Looks at the engine and its host, and changes neither: short-lived containers do the probing. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  let found: Awaited<ReturnType<typeof findEngine>>;
  try {
    found = await findEngine({ env });
  } catch (error) {
    return [noEngineFinding(messageOf(error))];
  }
  if (found.state === 'none') return [noEngineFinding()];
  const { engine } = found;
  const toolbox = await findImage(engine, (await toolboxRecipe()).key);
  return [
    engineFinding(engine),
    cgroupFinding(engine),
    ...(await hostFindings(engine, toolbox)),
    await imagesFinding(engine, toolbox),
    await leftovers(engine),
  ];
}

const hostProbes: readonly Probe[] = [
  iptables,
  connectionReset,
  netem,
  loopDevices,
  deviceMapper,
  capabilities,
  freeDisk,
];

async function hostFindings(engine: Engine, toolbox: string | undefined): Promise<Finding[]> {
  if (toolbox !== undefined) {
    return Promise.all(hostProbes.map((probe) => probe({ engine, toolbox })));
  }
  return [
    {
      state: 'attention',
      subject: 'kernel',
      detail: 'not probed: the toolbox image is not on the engine',
      remedy: '`drill setup`, then `drill doctor` again',
    },
  ];
}
