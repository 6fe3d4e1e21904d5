import { expect, test } from 'vitest';
import { createAnnounce } from '../../src/setup/announce.ts';

const print = async (play: (announce: ReturnType<typeof createAnnounce>) => Promise<unknown>) => {
  const screen: string[] = [];
  await play(createAnnounce({ write: (text) => screen.push(text) })).catch(() => {});
  return screen.join('').replaceAll(/\d+\.\d s/g, 'T s');
};

test('prints each step once, with its time', async () => {
  const text = await print(async (announce) => {
    expect(await announce('first', () => Promise.resolve(7))).toBe(7);
    await announce('second', () => Promise.resolve());
  });
  expect(text).toBe('  first … T s\n  second … T s\n');
});

test('a step within a step has its own line', async () => {
  const text = await print((announce) =>
    announce('outer', () => announce('inner', async () => {})),
  );
  expect(text).toBe('  outer …\n  inner … T s\n  outer … T s\n');
});

test('a step that fails says so', async () => {
  const text = await print((announce) => announce('broken', () => Promise.reject(new Error('no'))));
  expect(text).toBe('  broken … failed after T s\n');
});
