import { exitCode } from '../../src/errors.ts';
import type { FaultKind } from '../../src/faults/kind.ts';
import { type Started, startDrill } from '../fixtures/drill.ts';
import { until } from '../fixtures/until.ts';
import { settings } from './settings.ts';

/** `drill fault inject` once its fault is proved, or how it ended without. */
export type Injecting =
  | ({ readonly state: 'proved' } & Started)
  | { readonly state: 'refused' | 'failed'; readonly why: string };

/** On an emulated host most of it passes before the fault is begun. */
const provesWithinMs = 240_000;

/** Injects a fault by hand into a run's cluster, for so long. */
export async function inject(
  { name, undo }: FaultKind,
  run: string,
  forTime: string,
): Promise<Injecting> {
  const { target = 'm1', set = [] } = settings[name] ?? {};
  const words = ['fault', 'inject', name, '--on', run, '--target', target, '--for', forTime];
  for (const each of set) words.push('--set', each);
  if (undo === 'irreversible') words.push('--irreversible', name);
  const started = startDrill(words);
  const isProved = (): boolean => started.says('  proved:');
  try {
    await until(
      `A proof of ${name}`,
      provesWithinMs,
      () => isProved() || !started.running() || undefined,
    );
  } catch (error) {
    await started[Symbol.asyncDispose]();
    throw error;
  }
  if (isProved()) return { state: 'proved', ...started };
  const { exitCode: code, stdout, stderr } = await started.ended;
  return code === exitCode.couldNotRun
    ? { state: 'refused', why: stderr.replace(/^drill: /, '') }
    : { state: 'failed', why: `exit ${String(code)}: ${stdout} ${stderr}` };
}
