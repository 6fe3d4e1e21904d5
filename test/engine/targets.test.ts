import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineTargets } from '../../src/engine/targets.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'etcd-drill-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('DOCKER_HOST', () => {
  test('wins over a context', () => {
    const env = { HOME: home, DOCKER_HOST: 'tcp://a:1', DOCKER_CONTEXT: 'nowhere' };
    expect(engineTargets(env)).toEqual({
      kind: 'asked',
      target: { endpoint: { kind: 'tcp', host: 'a', port: 1 }, source: 'DOCKER_HOST=tcp://a:1' },
    });
  });

  test('that is no address is refused', () => {
    expect(() => engineTargets({ HOME: home, DOCKER_HOST: 'fd://3' })).toThrow(
      'DOCKER_HOST=fd://3 is no address of an engine; ' +
        'expected unix:///path/to/docker.sock, tcp://host:port or ssh://user@host',
    );
  });

  test('with TLS reads the certificates, and refuses a folder without any', () => {
    const env = {
      HOME: home,
      DOCKER_HOST: 'tcp://a',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: home,
    };
    expect(() => engineTargets(env)).toThrow(
      `TLS to the engine is asked for, but ${home} has no ca.pem, cert.pem or key.pem; ` +
        'set DOCKER_CERT_PATH to the folder that has them',
    );
    writeFileSync(join(home, 'ca.pem'), 'CA');
    expect(engineTargets(env)).toMatchObject({
      target: { endpoint: { port: 2376, tls: { verify: true, ca: Buffer.from('CA') } } },
    });
  });
});

describe('a context', () => {
  test('is chosen by DOCKER_CONTEXT, with its certificates', () => {
    addContext('far', 'tcp://far.example:2376');
    addTls('far');
    expect(engineTargets({ HOME: home, DOCKER_CONTEXT: 'far' })).toEqual({
      kind: 'asked',
      target: {
        source: 'Docker context "far"',
        endpoint: {
          kind: 'tcp',
          host: 'far.example',
          port: 2376,
          tls: { verify: true, ca: Buffer.from('CA') },
        },
      },
    });
  });

  test('is chosen by the configuration, unless DOCKER_CONTEXT says default', () => {
    addContext('rootless', `unix://${home}/docker.sock`);
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":"rootless"}');
    expect(engineTargets({ HOME: home })).toMatchObject({
      kind: 'asked',
      target: { endpoint: { socketPath: `${home}/docker.sock` } },
    });
    expect(engineTargets({ HOME: home, DOCKER_CONTEXT: 'default' }).kind).toBe('default');
  });

  test('that does not exist is refused, with those that do', () => {
    addContext('far', 'tcp://far.example');
    expect(() => engineTargets({ HOME: home, DOCKER_CONTEXT: 'fra' })).toThrow(
      'Docker context "fra" does not exist; there are: default, far. ' +
        'Choose one with DOCKER_CONTEXT or `docker context use`',
    );
  });

  test('with an address that drill cannot reach is refused', () => {
    addContext('windows', 'npipe:////./pipe/docker_engine');
    expect(() => engineTargets({ HOME: home, DOCKER_CONTEXT: 'windows' })).toThrow(
      'Docker context "windows" names the address "npipe:////./pipe/docker_engine", which is none of',
    );
  });

  test('configuration that is no JSON is refused by its name', () => {
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker/config.json'), '{');
    expect(() => engineTargets({ HOME: home })).toThrow(
      `${join(home, '.docker/config.json')} cannot be read: `,
    );
  });
});

test('without either, the sockets that exist are candidates, rootless ones too', () => {
  mkdirSync(join(home, 'run'));
  mkdirSync(join(home, '.docker/run'), { recursive: true });
  writeFileSync(join(home, 'run/docker.sock'), '');
  writeFileSync(join(home, '.docker/run/docker.sock'), '');
  const targets = engineTargets({ HOME: home, XDG_RUNTIME_DIR: join(home, 'run') });
  const sources = targets.kind === 'default' ? targets.candidates.map(({ source }) => source) : [];
  expect(sources.filter((source) => source !== '/var/run/docker.sock')).toEqual([
    join(home, 'run/docker.sock'),
    join(home, '.docker/run/docker.sock'),
  ]);
});

function contextFolder(kind: 'meta' | 'tls', name: string): string {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(home, '.docker/contexts', kind, id);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function addContext(name: string, host: string): void {
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } };
  writeFileSync(join(contextFolder('meta', name), 'meta.json'), JSON.stringify(meta));
}

function addTls(name: string): void {
  const folder = join(contextFolder('tls', name), 'docker');
  mkdirSync(folder);
  writeFileSync(join(folder, 'ca.pem'), 'CA');
}
