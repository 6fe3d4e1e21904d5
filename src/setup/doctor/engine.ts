import type { Engine } from '../../engine/engine.ts';
import type { Finding } from './finding.ts';

const oldest = { major: 20, minor: 10 };

/** Version, place and architecture of the engine that answered. */
export function engineFinding({ version, source, architecture, kernel }: Engine): Finding {
  const subject = 'Docker Engine';
  const detail = `${version} (${source}), linux/${architecture}, kernel ${kernel}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) {
    return { state: 'ok', subject, detail };
  }
  return {
    state: 'missing',
    subject,
    detail: `${detail}: older than ${oldest.major}.${oldest.minor}`,
    remedy: 'update Docker Engine',
    affects: 'every drill',
    blocks: true,
  };
}

/** No engine: `reason` is set where one was named and does not answer. */
export function noEngineFinding(reason?: string): Finding {
  return {
    state: 'missing',
    subject: 'Docker Engine',
    detail: reason ?? 'none answers on this machine',
    remedy:
      reason === undefined
        ? '`drill setup` on Debian and Ubuntu as root; elsewhere install and start Docker Engine'
        : 'start the engine that is named, or name another',
    affects: 'every drill',
    blocks: true,
  };
}
