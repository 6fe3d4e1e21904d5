import { type Finding, type ProbeContext, tryScript } from './finding.ts';

const neededBytes = 2e9;

/** Free space where the engine keeps its containers. */
export async function freeDisk(context: ProbeContext): Promise<Finding> {
  const subject = 'free disk';
  const { ok, output } = await tryScript(context, 'df --block-size=1 --output=avail / | tail -n 1');
  const freeBytes = ok ? Number(output) : 0;
  const detail = ok ? `${(freeBytes / 1e9).toFixed(1)} GB on the engine` : output;
  if (freeBytes >= neededBytes) return { state: 'ok', subject, detail };
  return {
    state: 'missing',
    subject,
    detail: `${detail}; ${neededBytes / 1e9} GB are needed`,
    remedy: '`docker system prune`, or a larger disk',
    affects: 'every drill',
    blocks: true,
  };
}
