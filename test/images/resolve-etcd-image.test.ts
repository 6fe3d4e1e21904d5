import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { labels } from '../../src/engine/labels.ts';
import { runOnce } from '../../src/engine/run-once.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { defaultEtcdVersion } from '../../src/images/etcd-versions.ts';
import { resolveEtcdImage, standIn } from '../../src/images/resolve-etcd-image.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

const engine = await connectEngine({ env: process.env });
const screen: string[] = [];
const announce = createAnnounce({ write: (text) => screen.push(text) });
const resolve = (request?: string) => resolveEtcdImage({ engine, announce, request });
const advice =
  `etcd must be on PATH, built for linux/${engine.architecture}, ` +
  'and static (CGO_ENABLED=0) where the image has no libc';
const folder = mkdtempSync(join(tmpdir(), 'etcd-drill-images-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the default is the newest stable version', async () => {
  expect(await resolve()).toMatchObject({ version: defaultEtcdVersion });
});

describe('where no source has the default', () => {
  const why = 'no source has etcd 3.7.3:\n  Go: none here';

  test("Debian's newest serves, with a notice", () => {
    const image = { reference: 'sha256:ab', version: '3.5.16', source: 'deb:trixie' };
    expect(standIn(why, { state: 'image', image })).toEqual({
      ...image,
      notice: `etcd 3.5.16 (deb:trixie) serves in place of the default ${defaultEtcdVersion}: ${why}`,
    });
  });

  test('and Debian cannot serve, every reason is said', () => {
    expect(() => standIn(why, { state: 'absent', reason: 'no apt-get here' })).toThrow(
      `${why}\n  Debian trixie: no apt-get here`,
    );
  });
});

describe('a bare version', () => {
  test('that is on the engine is taken from there, unannounced', async () => {
    await resolve('3.5.16');
    screen.length = 0;
    const image = await resolve('3.5.16');
    expect(image.version).toBe('3.5.16');
    expect(screen).toEqual([]);
    const { output } = await runOnce(engine, {
      image: image.reference,
      command: ['etcdutl', 'version'],
    });
    expect(output).toContain('etcdutl version: 3.5.16');
  });

  test('that no source has is refused with every reason, and no other serves', async () => {
    const failure = await resolve('3.4.99').then(
      () => '',
      (error: Error) => error.message,
    );
    const [first, gcr, quay, go, ...rest] = failure.split('\n');
    expect(first).toBe('no source has etcd 3.4.99:');
    expect(gcr).toMatch(/^ {2}registry gcr\.io\/etcd-development\/etcd:v3\.4\.99: \S/);
    expect(quay).toMatch(/^ {2}registry quay\.io\/coreos\/etcd:v3\.4\.99: \S/);
    expect(go).toBe('  Go: etcd is published as Go modules from 3.5.0 on');
    expect(rest).toEqual([]);
  });
});

describe('a folder of binaries', () => {
  test('becomes an image, once for each content, and never answers for a bare version', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const { reference } = await resolve(defaultEtcdVersion);
    await copyOut(engine, reference, '/usr/local/bin', ['etcd', 'etcdctl', 'etcdutl'], bin);
    const image = await resolve(`dir:${bin}`);
    try {
      expect(image).toMatchObject({ version: defaultEtcdVersion, source: `dir:${bin}` });
      expect((await resolve(`dir:${bin}`)).reference).toBe(image.reference);
      expect((await resolve(defaultEtcdVersion)).source).not.toContain('dir:');
      const withoutShell = runOnce(engine, {
        image: image.reference,
        command: ['sh', '-c', 'true'],
      });
      await expect(withoutShell).rejects.toThrow('executable file not found');
    } finally {
      await engine.docker.getImage(image.reference).remove();
    }
  }, 60_000);

  test('without etcd is refused', async () => {
    await expect(resolve(`dir:${folder}`)).rejects.toThrow(
      `\`--etcd dir:${folder}\`: ${folder} has no etcd and no etcdctl`,
    );
  });

  test('with an etcd that does not start is refused, and leaves no image', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const name of ['etcd', 'etcdctl']) writeFileSync(join(broken, name), 'no program');
    await expect(resolve(`dir:${broken}`)).rejects.toThrow(
      `\`--etcd dir:${broken}\`: \`etcd --version\` in the image said ` +
        `"exec /usr/local/bin/etcd: exec format error"; ${advice}`,
    );
    const filters = { label: [`${labels.kind}=image`] };
    const images = await engine.docker.listImages({ filters });
    expect(images.filter(({ Labels }) => Labels[labels.recipe] === undefined)).toEqual([]);
  });

  test('with an etcd that needs a libc is refused with the remedy', async () => {
    const dynamic = join(folder, 'dynamic');
    mkdirSync(dynamic);
    await copyOut(
      engine,
      await ensureToolbox({ engine, announce }),
      '/usr/sbin',
      ['losetup'],
      dynamic,
    );
    for (const name of ['etcd', 'etcdctl'])
      copyFileSync(join(dynamic, 'losetup'), join(dynamic, name));
    await expect(resolve(`dir:${dynamic}`)).rejects.toThrow(
      `\`--etcd dir:${dynamic}\`: \`etcd --version\` in the image said ` +
        `"exec /usr/local/bin/etcd: no such file or directory"; ${advice}`,
    );
  });
});

test('a Debian suite that does not exist is refused with what apt said', async () => {
  await expect(resolve('deb:nosuch')).rejects.toThrow(/^`--etcd deb:nosuch`: .*nosuch/s);
}, 30_000);

async function copyOut(
  from: Engine,
  image: string,
  path: string,
  names: readonly string[],
  target: string,
): Promise<void> {
  const container = await from.docker.createContainer({ Image: image, Cmd: ['none'] });
  try {
    const tar = extract();
    (await container.getArchive({ path })).pipe(tar);
    for await (const entry of tar) {
      const name = entry.header.name.split('/').at(-1) ?? '';
      const content: Buffer[] = [];
      for await (const chunk of entry) content.push(chunk as Buffer);
      if (names.includes(name)) {
        writeFileSync(join(target, name), Buffer.concat(content), { mode: 0o755 });
      }
    }
  } finally {
    await container.remove();
  }
}
