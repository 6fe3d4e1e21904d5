import { afterEach, expect, test, vi } from 'vitest';
import { debianMirror, installPackages, whyNoInstall } from '../../src/setup/debian.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

afterEach(() => vi.unstubAllEnvs());

test('DRILL_NO_SETUP refuses to install, and says how to do it by hand', async () => {
  vi.stubEnv('DRILL_NO_SETUP', '1');
  const screen: string[] = [];
  const announce = createAnnounce({ write: (text) => screen.push(text) });
  expect(whyNoInstall()).toBe('DRILL_NO_SETUP is set');
  await expect(installPackages(['mmdebstrap', 'chromium'], announce)).rejects.toThrow(
    'mmdebstrap, chromium would have to be installed, but DRILL_NO_SETUP is set; ' +
      'install by hand: `sudo apt-get install mmdebstrap chromium`',
  );
  expect(screen).toEqual([]);
});

test('the mirror is one of Debian, whatever else apt reads', async () => {
  expect(await debianMirror()).toMatch(/^https?:\/\/.+\/debian\/?$/);
});
