import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { builtImage, imageLabels } from '../../src/images/built-image.ts';
import { importImage } from '../../src/images/import-image.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

const engine = await connectEngine({ env: process.env });

test('of several that want an image at once one makes it, and later ones find it', async () => {
  const screen: string[] = [];
  const announce = createAnnounce({ write: (text) => screen.push(text) });
  const recipe = { key: `test:${crypto.randomUUID()}`, title: 'make a test image' };
  const want = () => builtImage({ engine, announce }, recipe, () => emptyImage(recipe.key));
  const [first, ...others] = await Promise.all([want(), want(), want()]);
  try {
    expect(others).toEqual([first, first]);
    expect(await want()).toBe(first);
    expect(screen.filter((text) => text.includes('make a test image'))).toHaveLength(1);
  } finally {
    await engine.docker.getImage(first).remove();
  }
});

test('one that fails leaves the next to try', async () => {
  const announce = createAnnounce({ write: () => {} });
  const recipe = { key: `test:${crypto.randomUUID()}`, title: 'make a test image' };
  const broken = builtImage({ engine, announce }, recipe, () => Promise.reject(new Error('no')));
  await expect(broken).rejects.toThrow('no');
  const id = await builtImage({ engine, announce }, recipe, () => emptyImage(recipe.key));
  await engine.docker.getImage(id).remove();
});

function emptyImage(key: string): Promise<string> {
  const tar = pack();
  tar.entry({ name: 'recipe' }, key);
  tar.finalize();
  return importImage(engine, Readable.from(tar), { labels: imageLabels(key) });
}
