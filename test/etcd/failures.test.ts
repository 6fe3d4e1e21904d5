import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient, type EtcdClient } from '../../src/etcd/client.ts';
import { startSingleEtcd } from '../fixtures/single-etcd.ts';

const put = { kind: 'put', key: 'k', value: 'v' } as const;
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

function client(address: string): EtcdClient {
  const opened = openClient({ member: 'm1', address });
  undo.push(() => opened[Symbol.asyncDispose]());
  return opened;
}

async function listen(server: Server | Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Speaks HTTP/2 and does to each call what the test says. */
function http2Server(
  onStream: (stream: ServerHttp2Stream, count: number) => void,
): Promise<string> {
  const server = createHttp2Server();
  let count = 0;
  server.on('stream', (stream) => {
    stream.on('error', () => undefined); // the client went away, as it should
    onStream(stream, count++);
  });
  return listen(server);
}

/** Takes connections and never says a word, as a paused process or a proxy does. */
async function silentServer(): Promise<{ address: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the client went away, as it should
    sockets.push(socket);
  });
  undo.push(() => sockets.forEach((socket) => socket.destroy()));
  return { address: await listen(server), sockets };
}

describe('never sent', () => {
  test('connection refused', async () => {
    const free = createServer();
    const address = await listen(free);
    await new Promise((closed) => free.close(closed));
    expect(await client(address).perform(put, { deadlineMs: 1000 })).toEqual({
      status: 'never-sent',
      error: { code: -1, message: `connect ECONNREFUSED ${address}` },
    });
  });

  test('a name that does not resolve', async () => {
    const outcome = await client(`${'x'.repeat(64)}.invalid:1`).perform(put, { deadlineMs: 5000 });
    expect(outcome.status).toBe('never-sent');
  });

  test('a connection that is taken but not answered, until the deadline', async () => {
    const { address, sockets } = await silentServer();
    expect(await client(address).perform(put, { deadlineMs: 200 })).toEqual({
      status: 'never-sent',
      error: { code: -1, message: 'no connection within 200 ms' },
    });
    expect(sockets).toHaveLength(1);
  });

  test('a connection that is taken and dropped', async () => {
    const address = await listen(createServer((socket) => socket.destroy()));
    const outcome = await client(address).perform(put, { deadlineMs: 1000 });
    expect(outcome.status).toBe('never-sent');
  });

  test('what waits when the client is closed', async () => {
    const { address } = await silentServer();
    const closing = client(address);
    const waiting = closing.perform(put, { deadlineMs: 5000 });
    await closing[Symbol.asyncDispose]();
    expect(await waiting).toEqual({
      status: 'never-sent',
      error: { code: -1, message: 'the client was closed' },
    });
  });
});

describe('failed', () => {
  test('a stream the server refused to work on', async () => {
    const address = await http2Server((stream) => stream.close(7));
    const outcome = await client(address).perform(put, { deadlineMs: 1000 });
    expect(outcome.status).toBe('failed');
  });

  test('a stream beyond the last one a departing server works on', async () => {
    const address = await http2Server((stream, count) => {
      if (count === 1) stream.session?.goaway(0, (stream.id ?? 0) - 2);
    });
    const both = client(address);
    const deadline = { deadlineMs: 500 };
    const ends = await Promise.all([both.perform(put, deadline), both.perform(put, deadline)]);
    expect(ends.map(({ status }) => status)).toEqual(['unknown', 'failed']);
  });

  test('a status in the first headers', async () => {
    const address = await http2Server((stream) => {
      stream.respond(
        { 'grpc-status': '3', 'grpc-message': 'etcdserver: 100%25 w%C3%B6rong' },
        { endStream: true },
      );
    });
    expect(await client(address).perform(put, { deadlineMs: 1000 })).toEqual({
      status: 'failed',
      error: { code: 3, message: 'etcdserver: 100% wörong' },
    });
  });
});

describe('unknown', () => {
  test('no answer by the deadline, told on time', async () => {
    const address = await http2Server(() => undefined);
    const slow = client(address);
    const startMs = performance.now();
    // A race of timers, as a process that stands still is late for both.
    const told = await Promise.race([slow.perform(put, { deadlineMs: 300 }), pause(400, 'late')]);
    expect(told).toEqual({
      status: 'unknown',
      error: { code: -1, message: 'no answer within 300 ms' },
    });
    expect(performance.now() - startMs).toBeGreaterThan(298);
  });

  test('a stream that is reset', async () => {
    const address = await http2Server((stream) => stream.close(2));
    const outcome = await client(address).perform(put, { deadlineMs: 1000 });
    expect(outcome).toEqual({
      status: 'unknown',
      error: { code: -1, message: 'Stream closed with error code NGHTTP2_INTERNAL_ERROR' },
    });
  });

  test('a connection that breaks under it', async () => {
    const address = await http2Server((stream) => stream.session?.destroy());
    const outcome = await client(address).perform(put, { deadlineMs: 1000 });
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: -1 } });
  });

  test('an answer that is no gRPC', async () => {
    const address = await http2Server((stream) =>
      stream.respond({ ':status': 503 }, { endStream: true }),
    );
    expect(await client(address).perform(put, { deadlineMs: 1000 })).toEqual({
      status: 'unknown',
      error: { code: -1, message: 'HTTP status 503 instead of a gRPC answer' },
    });
  });

  test('OK without a message', async () => {
    const address = await http2Server((stream) => {
      stream.respond({ ':status': 200, 'grpc-status': '0' }, { endStream: true });
    });
    expect(await client(address).perform(put, { deadlineMs: 1000 })).toEqual({
      status: 'unknown',
      error: { code: -1, message: 'the answer was empty' },
    });
  });
});

describe('after a failure', () => {
  test('a server that said goodbye is asked on a new connection', async () => {
    const sessions = new Set<unknown>();
    const address = await http2Server((stream) => {
      sessions.add(stream.session);
      stream.session?.goaway(0, stream.id ?? 0);
      stream.respond({ 'grpc-status': '3' }, { endStream: true });
    });
    const polite = client(address);
    for (let round = 0; round < 3; round++) {
      expect(await polite.perform(put, { deadlineMs: 1000 })).toMatchObject({ status: 'failed' });
    }
    expect(sessions.size).toBe(3);
  });

  test('a connection on which nothing came is left for a new one', async () => {
    const sessions = new Set<unknown>();
    const address = await http2Server((stream) => sessions.add(stream.session));
    const patient = client(address);
    await patient.perform(put, { deadlineMs: 500 });
    await patient.perform(put, { deadlineMs: 500 });
    expect(sessions.size).toBe(2);
  });

  test('calls go on side by side while one hangs', async () => {
    const address = await http2Server((stream, count) => {
      if (count > 0) stream.respond({ 'grpc-status': '3' }, { endStream: true });
    });
    const shared = client(address);
    const hanging = shared.perform(put, { deadlineMs: 300 });
    expect(await shared.perform(put, { deadlineMs: 5000 })).toMatchObject({ status: 'failed' });
    expect(await hanging).toMatchObject({ status: 'unknown' });
  });

  test('a second attempt to connect overtakes the first one after a second', async () => {
    let connections = 0;
    const http2 = createHttp2Server((_request, response) => {
      response.stream.respond({ 'grpc-status': '3' }, { endStream: true });
    });
    const address = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined); // the client gave this one up
        // The first connection hangs, as a lost SYN does.
        if (connections++ > 0) http2.emit('connection', socket);
        else undo.push(() => socket.destroy());
      }),
    );
    const startMs = performance.now();
    expect(await client(address).perform(put, { deadlineMs: 5000 })).toMatchObject({
      status: 'failed',
    });
    expect(performance.now() - startMs).toBeGreaterThan(990);
    expect(performance.now() - startMs).toBeLessThan(1500);
  });
});

describe('a real member', () => {
  test('killed in flight: unknown; then never sent; started again: answered at once', async () => {
    await using etcd = await startSingleEtcd();
    const open = client(etcd.address);
    expect(await open.perform(put, { deadlineMs: 3000 })).toMatchObject({ status: 'ok' });
    await etcd.pause();
    const inFlight = Array.from({ length: 5 }, () => open.perform(put, { deadlineMs: 10_000 }));
    await etcd.kill();
    for (const outcome of await Promise.all(inFlight)) {
      expect(outcome).toMatchObject({ status: 'unknown', error: { code: -1 } });
    }
    expect(await open.perform(put, { deadlineMs: 3000 })).toMatchObject({ status: 'never-sent' });
    await etcd.start();
    expect(await open.perform(put, { deadlineMs: 3000 })).toMatchObject({ status: 'ok' });
  }, 60_000);

  test('paused: unknown on the open connection, never sent on a new one; resumed, both are served', async () => {
    await using etcd = await startSingleEtcd();
    const open = client(etcd.address);
    await open.perform(put, { deadlineMs: 3000 });
    await etcd.pause();
    expect(await open.perform(put, { deadlineMs: 300 })).toMatchObject({ status: 'unknown' });
    expect(await client(etcd.address).perform(put, { deadlineMs: 300 })).toMatchObject({
      status: 'never-sent',
    });
    await etcd.resume();
    expect(await open.perform(put, { deadlineMs: 3000 })).toMatchObject({ status: 'ok' });
  }, 60_000);

  test('without a leader: refused at once where one is required', async () => {
    await using etcd = await startSingleEtcd();
    const open = client(etcd.address);
    const admin = openAdmin(open);
    // Of two members one never starts: no quorum, and the leader steps down.
    await admin.memberAdd({ peerUrls: ['http://127.0.0.1:9998'] });
    await vi.waitFor(async () => expect((await admin.status()).leader).toBeUndefined(), 10_000);
    expect((await admin.status()).errors).toEqual(['etcdserver: no leader']);
    expect(await open.perform(put, { deadlineMs: 3000, requireLeader: true })).toEqual({
      status: 'failed',
      error: { code: 14, message: 'etcdserver: no leader' },
    });
    expect(await open.perform(put, { deadlineMs: 8000 })).toMatchObject({
      status: 'unknown',
      error: { code: 4, message: 'context deadline exceeded' },
    });
  }, 60_000);
});
