import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { hasProgram, runProgram } from '../setup/run-program.ts';
import { binariesTar } from './binaries-tar.ts';
import { etcdImage, type ImageContext, type Offer, unfinishedLabels } from './etcd-image.ts';
import { importImage } from './import-image.ts';
import { withTemporaryFolder } from './temporary-folder.ts';

/**
 * etcd built by this machine's Go toolchain from etcd's published modules, which begin with 3.5.0:
 * static binaries, and an image of these alone.
 */
export async function fromGo(context: ImageContext, version: string): Promise<Offer> {
  if (/^([0-2]\.|3\.[0-4]\.)/.test(version)) {
    return { state: 'absent', reason: 'etcd is published as Go modules from 3.5.0 on' };
  }
  if (!hasProgram('go')) {
    return {
      state: 'absent',
      reason: 'this machine has no `go`; install Go from https://go.dev/dl',
    };
  }
  const recipe = {
    source: `go:${version}`,
    tag: `go-${version}`,
    title: `build etcd ${version} from its Go modules`,
  };
  return etcdImage(context, recipe, () => make(context.engine, version));
}

function make(engine: Engine, version: string): Promise<string> {
  return withTemporaryFolder('go', async (folder, ending) => {
    const binaries = await build(engine, version, folder, ending);
    return importImage(engine, await binariesTar(binaries), { labels: unfinishedLabels });
  });
}

const modules = {
  etcd: 'go.etcd.io/etcd/server/v3',
  etcdctl: 'go.etcd.io/etcd/etcdctl/v3',
  etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
} as const;

/** Builds in the folder and returns the paths of the binaries. */
async function build(
  engine: Engine,
  version: string,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  // `go install module@version` refuses modules with replace directives, so a module of our own.
  await writeFile(join(folder, 'go.mod'), 'module etcd-drill-build\n');
  const paths = Object.values(modules);
  const go = (...args: string[]) =>
    runProgram('go', args, {
      cwd: folder,
      signal,
      env: { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: engine.architecture, GOWORK: 'off' },
    });
  await go('get', ...paths.map((path) => `${path}@v${version}`));
  for (const [name, path] of Object.entries(modules)) {
    await go('build', '-trimpath', '-ldflags', '-s -w', '-o', name, path);
  }
  return Object.keys(modules).map((name) => join(folder, name));
}
