import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { labels } from '../../src/engine/labels.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

const here = await connectEngine({ env: process.env });
const socketPath = '/var/run/docker.sock';
let folder: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'etcd-drill-connect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => servers.splice(0).forEach((server) => server.close()));

describe('an engine that answers', () => {
  test('by its socket is local, and described', async () => {
    const engine = await connectEngine({ env: { DOCKER_HOST: `unix://${socketPath}` } });
    expect(engine).toMatchObject({
      source: `DOCKER_HOST=unix://${socketPath}`,
      version: here.version,
      location: { kind: 'local' },
    });
    expect(['amd64', 'arm64']).toContain(engine.architecture);
  });

  test("by TCP is local where it names this machine's host and kernel", async () => {
    const port = await listen(createServer(relay));
    const engine = await connectEngine({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } });
    expect(engine.location).toEqual({ kind: 'local' });
    expect(engine.version).toBe(here.version);
  });

  test('by TCP is remote where it names another host', async () => {
    const info = {
      Name: 'elsewhere',
      ServerVersion: '26.1.0',
      Architecture: 'aarch64',
      KernelVersion: '6.12.0',
      CgroupVersion: '2',
    };
    const port = await listen(
      createHttpServer((_request, response) => response.end(JSON.stringify(info))),
    );
    const { docker: _docker, ...engine } = await connectEngine({
      env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
    });
    expect(engine).toEqual({
      source: `DOCKER_HOST=tcp://127.0.0.1:${port}`,
      version: '26.1.0',
      architecture: 'arm64',
      kernel: '6.12.0',
      cgroupVersion: 2,
      location: { kind: 'remote', address: '127.0.0.1' },
    });
  });

  test('by TLS is believed with its certificate, and refused with another', async () => {
    const [good, other] = [makeCertificate('good'), makeCertificate('other')];
    const options = {
      cert: readFileSync(join(good, 'cert.pem')),
      key: readFileSync(join(good, 'key.pem')),
    };
    const port = await listen(
      createTlsServer({ ...options, ca: options.cert, requestCert: true }, relay),
    );
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1' };
    const engine = await connectEngine({ env: { ...env, DOCKER_CERT_PATH: good } });
    expect(engine.version).toBe(here.version);
    await expect(connectEngine({ env: { ...env, DOCKER_CERT_PATH: other } })).rejects.toThrow(
      `DOCKER_HOST=tcp://127.0.0.1:${port} does not answer: `,
    );
  });

  test("by SSH is reached through the user's own ssh, hijacked streams too", async () => {
    // Stands for ssh and the `docker system dial-stdio` at its far end.
    const script = `#!${process.execPath}
      const socket = require('node:net').connect('${socketPath}');
      process.stdin.pipe(socket).pipe(process.stdout);
      require('node:fs').writeFileSync('${folder}/arguments', process.argv.slice(2).join(' '));`;
    writeFileSync(join(folder, 'ssh'), script);
    chmodSync(join(folder, 'ssh'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path}`;
    try {
      const engine = await connectEngine({ env: { DOCKER_HOST: 'ssh://ops@127.0.0.1' } });
      expect(engine.version).toBe(here.version);
      expect(readFileSync(join(folder, 'arguments'), 'utf8')).toBe(
        '-T -o BatchMode=yes -o ConnectTimeout=10 -- ssh://ops@127.0.0.1 docker system dial-stdio',
      );
      expect(await echo(engine, 'over ssh')).toBe('over ssh');
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('an engine that was named and does not answer is an error', () => {
  test('a socket that is not there', async () => {
    await expect(connectEngine({ env: { DOCKER_HOST: 'unix:///nowhere.sock' } })).rejects.toThrow(
      'DOCKER_HOST=unix:///nowhere.sock does not answer: connect ENOENT /nowhere.sock; ' +
        'start that engine, or choose another with DOCKER_HOST or DOCKER_CONTEXT',
    );
  });

  test('a port that refuses', async () => {
    await expect(connectEngine({ env: { DOCKER_HOST: 'tcp://127.0.0.1:1' } })).rejects.toThrow(
      'DOCKER_HOST=tcp://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1; ',
    );
  });

  test('a server that is no engine', async () => {
    const port = await listen(createHttpServer((_request, response) => response.end('hello')));
    await expect(
      connectEngine({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } }),
    ).rejects.toThrow(`DOCKER_HOST=tcp://127.0.0.1:${port} does not answer: `);
  });

  test('an ssh that fails, with what it said', async () => {
    writeFileSync(
      join(folder, 'ssh'),
      '#!/bin/sh\necho "Permission denied (publickey)." >&2; exit 255\n',
    );
    chmodSync(join(folder, 'ssh'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${folder}:${path}`;
    try {
      await expect(connectEngine({ env: { DOCKER_HOST: 'ssh://ops@far' } })).rejects.toThrow(
        'DOCKER_HOST=ssh://ops@far does not answer: Permission denied (publickey).; ',
      );
    } finally {
      process.env['PATH'] = path;
    }
  });
});

/** Sends a text through a container's stdin and back, on a hijacked connection. */
async function echo(engine: Engine, message: string): Promise<string> {
  const container = await engine.docker.createContainer({
    Image: await ensureToolbox({ engine, announce: createAnnounce({ write: () => {} }) }),
    Entrypoint: ['head'],
    Cmd: ['-c', String(message.length)],
    OpenStdin: true,
    StdinOnce: true,
    Tty: true,
    Labels: { [labels.kind]: 'probe' },
  });
  try {
    const options = { stream: true, hijack: true, stdin: true, stdout: true };
    const stream = await container.attach(options);
    await container.start();
    stream.write(message);
    stream.write('\n');
    return (await text(stream)).trim().slice(-message.length);
  } finally {
    await container.remove({ force: true });
  }
}

function relay(client: Socket): void {
  const engine = connect(socketPath);
  client.on('error', () => engine.destroy());
  engine.on('error', () => client.destroy());
  client.pipe(engine).pipe(client);
}

function listen(server: Server): Promise<number> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A folder with a certificate of 127.0.0.1 that is its own authority. */
function makeCertificate(name: string): string {
  const target = mkdtempSync(join(folder, name));
  const options = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=IP:127.0.0.1`;
  const files = ['-keyout', join(target, 'key.pem'), '-out', join(target, 'cert.pem')];
  execFileSync('openssl', [...options.split(' '), ...files], { stdio: 'ignore' });
  writeFileSync(join(target, 'ca.pem'), readFileSync(join(target, 'cert.pem')));
  return target;
}
