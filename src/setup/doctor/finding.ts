import type { Engine } from '../../engine/engine.ts';
import { runOnce, type OneShot } from '../../engine/run-once.ts';
import { engineErrorText } from '../../engine/engine-error.ts';

/** One line of `drill doctor`. */
export type Finding = { readonly subject: string; readonly detail: string } & (
  | { readonly state: 'ok' }
  /** Not at hand, so `affects` cannot run; `blocks` when `drill run partition` is among them. */
  | {
      readonly state: 'missing';
      readonly remedy: string;
      readonly affects: string;
      readonly blocks: boolean;
    }
  /** Nothing is in the way, but somebody should look. */
  | { readonly state: 'attention'; readonly remedy: string }
);

/** What a probe of the engine's host works with. */
export interface ProbeContext {
  readonly engine: Engine;
  /** Id of the toolbox image. */
  readonly toolbox: string;
}

export type Probe = (context: ProbeContext) => Promise<Finding>;

/** Runs a shell script in a toolbox container; one that cannot be started counts as failed. */
export async function tryScript(
  { engine, toolbox }: ProbeContext,
  script: string,
  hostConfig: NonNullable<OneShot['hostConfig']> = {},
): Promise<{ ok: boolean; output: string }> {
  try {
    const { status, output } = await runOnce(engine, {
      image: toolbox,
      command: ['sh', '-ec', script],
      hostConfig: { CapDrop: ['ALL'], ...hostConfig },
    });
    return { ok: status === 0, output: output.trim() };
  } catch (error) {
    return { ok: false, output: engineErrorText(error) };
  }
}
