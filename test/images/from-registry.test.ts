import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { followProgress } from '../../src/engine/progress.ts';
import { resolveEtcdImage } from '../../src/images/resolve-etcd-image.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

const engine = await connectEngine({ env: process.env });
const screen: string[] = [];
const announce = createAnnounce({ write: (text) => screen.push(text) });
const resolve = (request: string) => resolveEtcdImage({ engine, announce, request });
const folder = mkdtempSync(join(tmpdir(), 'etcd-drill-registry-'));
const port = await freePort();
const repository = `127.0.0.1:${port}/etcd`;
let registry: ChildProcess;

beforeAll(async () => {
  registry = startRegistry();
  await answers(`http://127.0.0.1:${port}/v2/`);
});
afterAll(async () => {
  registry.kill();
  await once(registry, 'exit');
  rmSync(folder, { recursive: true });
});

test('pulls an image without a shell, pins its digest, and pulls once', async () => {
  const digest = await push('v3.7.3', '3.7.3');
  const image = await resolve(`registry:${repository}:v3.7.3`);
  expect(image).toEqual({
    reference: `${repository}@${digest}`,
    version: '3.7.3',
    source: `registry:${repository}:v3.7.3`,
  });
  expect(screen.join('')).toMatch(
    new RegExp(`^ {2}pull ${repository}:v3\\.7\\.3 … \\d+\\.\\d s\\n$`),
  );
  screen.length = 0;
  expect(await resolve(`registry:${repository}:v3.7.3`)).toEqual(image);
  expect(screen).toEqual([]);
  await remove(image.reference);
}, 60_000);

test('a tag that moves does not change what was pinned', async () => {
  const first = await push('moving', '3.7.3');
  const image = await resolve(`registry:${repository}:moving`);
  const second = await push('moving', '3.4.23');
  expect(second).not.toBe(first);
  const { RepoDigests: digests } = await engine.docker.getImage(image.reference).inspect();
  expect(digests).toContain(`${repository}@${first}`);
  await remove(image.reference);
}, 60_000);

test('a tag that the registry lacks, and a registry that is not there, are refused', async () => {
  await expect(resolve(`registry:${repository}:nosuch`)).rejects.toThrow(
    `\`--etcd registry:${repository}:nosuch\`: manifest for ${repository}:nosuch not found`,
  );
  await expect(resolve('registry:127.0.0.1:1/etcd:v3.7.3')).rejects.toThrow(
    '`--etcd registry:127.0.0.1:1/etcd:v3.7.3`: Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: ',
  );
}, 30_000);

test('a registry that accepts and says nothing is given up after 10 s', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: silentPort } = silent.address() as AddressInfo;
  try {
    const reference = `127.0.0.1:${silentPort}/etcd:v3.7.3`;
    await expect(resolve(`registry:${reference}`)).rejects.toThrow(
      `\`--etcd registry:${reference}\`: no answer from the registry within 10 s`,
    );
  } finally {
    silent.close();
  }
}, 20_000);

/** Pushes the engine's own image of a version, drops the local name, and returns the digest. */
async function push(tag: string, version: string): Promise<string> {
  const { reference } = await resolve(version);
  screen.length = 0;
  await engine.docker.getImage(reference).tag({ repo: repository, tag });
  const named = engine.docker.getImage(`${repository}:${tag}`);
  await followProgress(engine, await named.push({ authconfig: {} }));
  const { RepoDigests: digests } = await named.inspect();
  await named.remove();
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const url = `http://127.0.0.1:${port}/v2/etcd/manifests/${tag}`;
  const response = await fetch(url, { method: 'HEAD', headers: { accept } });
  const digest = response.headers.get('docker-content-digest') ?? '';
  expect(digests).toContain(`${repository}@${digest}`);
  return digest;
}

async function remove(reference: string): Promise<void> {
  const { RepoTags: tags } = await engine.docker.getImage(reference).inspect();
  const ours = tags.filter((tag) => tag.startsWith(repository));
  for (const name of [...ours, reference]) {
    await engine.docker
      .getImage(name)
      .remove()
      .catch(() => {}); // The tag may have been the last name.
  }
}

function startRegistry(): ChildProcess {
  const config = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: `127.0.0.1:${port}` },
  };
  const file = join(folder, 'config.yml');
  writeFileSync(file, JSON.stringify(config));
  return spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
}

async function answers(url: string): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (performance.now() < deadlineMs) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer after 10 s`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}
