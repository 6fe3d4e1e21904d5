import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { KeyValueCall } from '../../src/checker/search/key-value.ts';
import type { SearchOperation } from '../../src/checker/search/model.ts';
import type { RegisterCall } from '../../src/checker/search/register.ts';

/** Porcupine, built from its published module in a scratch folder outside the repository. */
export interface Porcupine extends AsyncDisposable {
  /** CPU milliseconds and verdict (`Ok`, `Illegal`, `Unknown`) of each history. */
  judge(histories: readonly AnyHistory[], timeoutSeconds: number): Promise<PorcupineVerdict[]>;
}

export type AnyHistory = readonly SearchOperation<RegisterCall | KeyValueCall>[];

export interface PorcupineVerdict {
  readonly cpuMs: number;
  readonly verdict: string;
}

const moduleName = 'github.com/anishathalye/porcupine';

/** Undefined where there is no Go on the machine. */
export async function buildPorcupine(): Promise<Porcupine | undefined> {
  const version = await execa('go', ['version'], { reject: false });
  if (version.failed) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'drill-porcupine-'));
  await copyFile(join(import.meta.dirname, '../porcupine/main.go.txt'), join(folder, 'main.go'));
  const go = (...args: string[]) => execa('go', args, { cwd: folder });
  await go('mod', 'init', 'scratch');
  await go('get', moduleName);
  await go('build', '-o', 'judge', '.');
  return {
    judge: async (histories, timeoutSeconds) => {
      const paths: string[] = [];
      for (const [index, history] of histories.entries()) {
        const path = join(folder, `${index}.json`);
        await writeFile(path, JSON.stringify(encode(history)));
        paths.push(path);
      }
      const { stdout } = await execa(join(folder, 'judge'), [String(timeoutSeconds), ...paths]);
      return stdout.split('\n').map((line) => JSON.parse(line) as PorcupineVerdict);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Times as integers in order; an unknown outcome returns after everything else. */
function encode(history: AnyHistory) {
  const last = Math.max(...history.map(({ invoked }) => invoked)) + 1;
  const ends = history.map(({ returned }) => returned).filter((end) => end !== Infinity);
  const end = ends.reduce((latest, each) => Math.max(latest, each), last) + 1;
  const ticks = (time: number) => Math.round((time === Infinity ? end : time) * 1_000);
  return history.map(({ client, key, invoked, returned, call }) => ({
    client,
    key,
    call: ticks(invoked),
    return: ticks(returned),
    ...encodeCall(call, returned === Infinity),
  }));
}

function encodeCall(call: RegisterCall | KeyValueCall, unknown: boolean) {
  if (call.kind !== 'cas') return { kind: call.kind, a: call.value };
  const ok = unknown || call.ok === undefined ? {} : { ok: call.ok };
  return { kind: call.kind, a: call.from, b: call.to, ...ok };
}
