import { onEngine } from '../fixtures/docker.ts';
import { until } from '../fixtures/until.ts';

const withinMs = 15_000;

/** Fails the suite when its tests left anything of drill's on the engine that was not there before. */
export default async function setup(): Promise<() => Promise<void>> {
  const before = new Set(await onEngine());
  return async () => {
    let left: string[] = [];
    await until('An engine without leftovers', withinMs, async () => {
      left = (await onEngine()).filter((name) => !before.has(name));
      return left.length === 0 ? true : undefined;
    }).catch(() => {
      throw new Error(`The end-to-end tests left on the engine:\n  ${left.join('\n  ')}`);
    });
  };
}
