import { restoreTool } from '../actions/restore-tool.ts';
import type { Announce, Engine, EtcdImage } from '../engine/engine.ts';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { DrillError } from '../errors.ts';
import { resolveEtcdImage } from '../images/resolve-etcd-image.ts';
import { hasProgram, runProgram } from '../setup/run-program.ts';

/** What restores: a program of this host, or the one of an etcd image. */
export type Tool = {
  readonly program: 'etcdutl' | 'etcdctl';
  readonly version: string;
  readonly environment: readonly string[];
} & (
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'image'; readonly engine: Engine; readonly image: EtcdImage }
);

/**
 * The tool that restores, which decides what etcd can start on it: the named program, the named
 * image's, `etcdutl` or `etcdctl` on PATH, the default image's; in this order.
 */
export async function findTool({
  etcdutl,
  etcd,
  bump,
  announce,
}: {
  /** Path of a program. */
  readonly etcdutl?: string | undefined;
  /** An image, as everywhere. */
  readonly etcd?: string | undefined;
  readonly bump?: number | undefined;
  readonly announce: Announce;
}): Promise<Tool> {
  if (etcdutl !== undefined && etcd !== undefined)
    throw new DrillError('`--etcdutl` and `--etcd` both name what restores: choose one.');
  if (etcdutl !== undefined) return onHost(etcdutl, bump);
  const found = etcd === undefined ? ['etcdutl', 'etcdctl'].find(hasProgram) : undefined;
  return found === undefined ? inImage(etcd, bump, announce) : onHost(found, bump);
}

async function onHost(path: string, bump: number | undefined): Promise<Tool> {
  const answer = await runProgram(path, ['version'], {
    env: { ETCDCTL_API: '3' },
    signal: AbortSignal.timeout(10_000),
  });
  const [, name, version] = /^(etcdutl|etcdctl) version: (\d+\.\d+\.\d+)/m.exec(answer) ?? [];
  if (name === undefined || version === undefined)
    throw new DrillError(
      `\`${path} version\` said "${answer.trim()}": name an \`etcdutl\`, or before etcd 3.5 an \`etcdctl\`, with \`--etcdutl\`.`,
    );
  const { program, environment } = restoreTool(version, { bump });
  // The etcdctl of 3.5 still restores; from 3.6 on it does not.
  const restores = name === program || version.startsWith('3.5.');
  if (!restores)
    throw new DrillError(
      `${path} is ${name} ${version}, which restores no snapshot: name its \`${program}\` with \`--etcdutl\`, or an image with \`--etcd ${version}\`.`,
    );
  return { kind: 'host', path, program, version, environment };
}

async function inImage(
  request: string | undefined,
  bump: number | undefined,
  announce: Announce,
): Promise<Tool> {
  const engine = await ensureEngine({ env: process.env, announce });
  if (engine.location.kind === 'remote')
    throw new DrillError(
      `The Docker Engine is on another host (${engine.location.address}), which cannot reach this host's files: name an \`etcdutl\` of this host with \`--etcdutl\`.`,
    );
  const image = await resolveEtcdImage({ engine, announce, request });
  const { version } = image;
  return { kind: 'image', engine, image, version, ...restoreTool(version, { bump }) };
}
