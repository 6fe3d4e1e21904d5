import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/**
 * Runs commands where no engine answers: with file systems, network and processes of their own, all
 * of which end with the commands. That takes root, as an engine's installation does.
 */
function withoutEngine(commands: string) {
  const apart =
    'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/lib/docker; mount -t tmpfs tmpfs /var/log; ' +
    'mkdir -p /etc/docker; mount -t tmpfs tmpfs /etc/docker; ip link set lo up; ';
  const isolation = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return execa('unshare', [...isolation, 'sh', '-c', apart + commands], {
    cwd: root,
    reject: false,
    all: true,
    env: { DRILL_NO_SETUP: '', DOCKER_HOST: '', DOCKER_CONTEXT: '' },
  });
}

const ensure = (env: string) => `${env} ./drill node --input-type=module --eval "
  import { ensureEngine } from '${root}src/engine/ensure-engine.ts';
  import { createAnnounce } from '${root}src/setup/announce.ts';
  const announce = createAnnounce(process.stderr);
  await ensureEngine({ env: process.env, announce }).then(
    ({ source }) => console.log(source),
    ({ message }) => console.log(message),
  );
  process.exit();
"`;

describe.skipIf(process.getuid?.() !== 0)('where no engine answers', { timeout: 60_000 }, () => {
  test('DRILL_NO_SETUP refuses to start one, and says what to do', async () => {
    const { all } = await withoutEngine(ensure('DRILL_NO_SETUP=1'));
    expect(all).toBe(
      'no Docker Engine answers on this machine, and DRILL_NO_SETUP forbids to install or start one; ' +
        'start one (`sudo systemctl start docker`), point DOCKER_HOST at one, or unset DRILL_NO_SETUP',
    );
  });

  test('a DOCKER_HOST that does not answer starts none', async () => {
    const { all } = await withoutEngine(ensure('DOCKER_HOST=unix:///nowhere.sock'));
    expect(all).toContain('DOCKER_HOST=unix:///nowhere.sock does not answer: ');
    expect(all).not.toContain('start the Docker Engine');
  });

  test('starts the installed one, once for two that want it, and leaves it running', async () => {
    const both = `${ensure('')} & ${ensure('')}; wait; docker version >/dev/null && echo running`;
    const { all } = await withoutEngine(both);
    // The lines of the two may mix.
    expect(all.match(/ {2}start the Docker Engine …/g)).toHaveLength(1);
    expect(all.match(/\/var\/run\/docker\.sock/g)).toHaveLength(2);
    expect(all).toMatch(/\nrunning$/);
  });

  test('one that does not start is an error with the end of its log', async () => {
    const { all } = await withoutEngine(`echo nonsense > /etc/docker/daemon.json; ${ensure('')}`);
    expect(all).toContain(
      'dockerd ended with status 1; the end of /var/log/etcd-drill-dockerd.log:\n',
    );
    expect(all).toContain(
      'unable to configure the Docker daemon with file /etc/docker/daemon.json',
    );
  });
});
