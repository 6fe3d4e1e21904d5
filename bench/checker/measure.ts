import { join } from 'node:path';
import { execa } from 'execa';

export interface Figure {
  /** CPU milliseconds of a process's first round, and of the best later one: the least of several processes. */
  readonly coldMs: number;
  readonly warmMs: number;
  readonly bytesPerOperation?: number;
}

/** Others on the machine only ever add, so the least of several processes counts. */
const mostProcesses = 15;
const enoughMs = 20_000;

/** Runs `one.ts`, each time in a process of its own, so that cold is cold. */
export async function measure(...parameters: string[]): Promise<Figure> {
  const script = join(import.meta.dirname, 'one.ts');
  const figures: Figure[] = [];
  const startedMs = performance.now();
  while (figures.length < mostProcesses && performance.now() - startedMs < enoughMs) {
    const { stdout } = await execa(process.execPath, [script, ...parameters]);
    figures.push(JSON.parse(stdout) as Figure);
  }
  const coldMs = Math.min(...figures.map((figure) => figure.coldMs));
  const warmMs = Math.min(...figures.map((figure) => figure.warmMs));
  return { ...figures[0], coldMs, warmMs };
}
