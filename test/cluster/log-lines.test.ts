import { describe, expect, test } from 'vitest';
import { lineSplitter, parseLogLine } from '../../src/cluster/log-lines.ts';

describe('zap (3.4 on)', () => {
  test('an election says who won it at which term', () => {
    const line =
      '{"level":"info","ts":"2026-01-02T03:04:05.678Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"8e9e05c52164694d became leader at term 12"}';
    expect(parseLogLine(line)).toEqual({
      level: 'info',
      message: '8e9e05c52164694d became leader at term 12',
      electedAtTerm: 12,
    });
  });

  test.each([
    '8e9e05c52164694d became follower at term 12',
    '8e9e05c52164694d became pre-candidate at term 12',
    'raft.node: 8e9e05c52164694d elected leader fd422379fda50e48 at term 12',
  ])('"%s" is no election of this member', (msg) => {
    expect(parseLogLine(JSON.stringify({ level: 'info', msg }))).toEqual({
      level: 'info',
      message: msg,
    });
  });

  test('a warning carries its error', () => {
    const line =
      '{"level":"warn","msg":"prober detected unhealthy status","rtt":"0s","error":"dial tcp 10.0.0.2:2380: i/o timeout"}';
    expect(parseLogLine(line)).toEqual({
      level: 'warn',
      message: 'prober detected unhealthy status: dial tcp 10.0.0.2:2380: i/o timeout',
    });
  });

  test('a panic that etcd caught carries its reason', () => {
    const line =
      '{"level":"panic","msg":"execute job failed","job":"server_applyAll","panic":"unmarshal should never fail (proto: cannot parse)"}';
    expect(parseLogLine(line)).toEqual({
      level: 'fatal',
      message: 'execute job failed: unmarshal should never fail (proto: cannot parse)',
    });
  });

  test.each([
    ['debug', 'info'],
    ['info', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['fatal', 'fatal'],
    ['panic', 'fatal'],
    ['dpanic', 'fatal'],
  ])('level %s reads %s', (level, read) => {
    expect(parseLogLine(JSON.stringify({ level, msg: 'x' }))).toEqual({
      level: read,
      message: 'x',
    });
  });

  test('a line that a kill cut off stays as it is', () => {
    const line = '{"level":"fatal","msg":"8e9e05c52164694d became lea';
    expect(parseLogLine(line)).toEqual({ level: 'info', message: line });
  });

  test('JSON of somebody else is shown whole', () => {
    expect(parseLogLine('{"hello":"world"}')).toEqual({
      level: 'info',
      message: '{"hello":"world"}',
    });
  });
});

describe('capnslog (3.3)', () => {
  test.each([
    [
      '2026-01-02 03:04:05.678901 I | raft: 8e9e05c52164694d became leader at term 2',
      {
        level: 'info',
        message: 'raft: 8e9e05c52164694d became leader at term 2',
        electedAtTerm: 2,
      },
    ],
    [
      '2026-01-02 03:04:05.678901 W | rafthttp: health check for peer 91bc3c398fb3c146 could not connect',
      {
        level: 'warn',
        message: 'rafthttp: health check for peer 91bc3c398fb3c146 could not connect',
      },
    ],
    [
      '2026-01-02 03:04:05.678901 E | etcdserver: publish error: etcdserver: request timed out',
      { level: 'error', message: 'etcdserver: publish error: etcdserver: request timed out' },
    ],
    [
      '2026-01-02 03:04:05.678901 C | etcdmain: listen tcp: address already in use',
      { level: 'fatal', message: 'etcdmain: listen tcp: address already in use' },
    ],
    [
      '2026-01-02 03:04:05.678901 N | embed: serving insecure client requests',
      { level: 'info', message: 'embed: serving insecure client requests' },
    ],
  ])('%s', (line, read) => expect(parseLogLine(line)).toEqual(read));
});

describe("Go's own last words", () => {
  test.each(['panic: tocommit(7) is out of range [lastIndex(5)]', 'fatal error: all asleep'])(
    '%s',
    (line) => expect(parseLogLine(line)).toEqual({ level: 'fatal', message: line }),
  );
  test('a frame of a stack is no error of its own', () => {
    expect(parseLogLine('\tmain.go:40 +0x1b')).toEqual({
      level: 'info',
      message: '\tmain.go:40 +0x1b',
    });
  });
});

describe('lineSplitter', () => {
  test('gives the same lines wherever the stream is cut, in a character too', () => {
    const text = Buffer.from('{"key":"größer 鍵 🔑"}\n\nsecond\nunended é');
    const expected = ['{"key":"größer 鍵 🔑"}', '', 'second', 'unended é'];
    for (let at = 0; at <= text.length; at++)
      expect(split([text.subarray(0, at), text.subarray(at)])).toEqual(expected);
    expect(split([...text].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  test('an empty stream has no line, and ending twice repeats none', () => {
    expect(split([])).toEqual([]);
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    splitter.write(Buffer.from('last'));
    splitter.end();
    splitter.end();
    expect(lines).toEqual(['last']);
  });
});

/** The lines of a stream that arrives in these chunks. */
function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}
