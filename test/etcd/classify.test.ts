import { describe, expect, test } from 'vitest';
import { classify, type CallFailure } from '../../src/etcd/classify.ts';
import type { Request } from '../../src/history/operation.ts';

const put: Request = { kind: 'put', key: 'k', value: 'v' };
const range: Request = { kind: 'range', key: 'k' };
const remove: Request = { kind: 'delete', key: 'k' };
const readingTxn: Request = { kind: 'txn', compare: [], success: [range], failure: [range] };
const writingTxn: Request = { kind: 'txn', compare: [], success: [range], failure: [put] };
const grant: Request = { kind: 'lease-grant', ttlSeconds: 5 };
const keepAlive: Request = { kind: 'lease-keepalive', lease: '7' };
const compact: Request = { kind: 'compact', revision: 5 };

const status = (code: number, message: string): CallFailure => ({ kind: 'status', code, message });
const noAnswer = (kind: 'never-sent' | 'refused' | 'lost' | 'deadline'): CallFailure => ({
  kind,
  message: kind,
});

describe('the rows of the table of outcomes', () => {
  const leaderLost = 'etcdserver: request timed out, possibly due to previous leader failure';
  test.each([
    ['put, leader paused', put, status(14, 'etcdserver: request timed out'), 'unknown'],
    ['put, leader lost', put, status(14, leaderLost), 'unknown'],
    ['put, already without leader', put, status(4, 'context deadline exceeded'), 'unknown'],
    ['put, leader required', put, status(14, 'etcdserver: no leader'), 'failed'],
    ['read, leader paused', range, status(14, 'etcdserver: leader changed'), 'failed'],
    ['member killed in flight', put, noAnswer('lost'), 'unknown'],
    ['connection never made', put, noAnswer('never-sent'), 'never-sent'],
    [
      'compacted',
      range,
      status(11, 'etcdserver: mvcc: required revision has been compacted'),
      'failed',
    ],
    [
      'future',
      range,
      status(11, 'etcdserver: mvcc: required revision is a future revision'),
      'failed',
    ],
    ['bad password', put, status(3, 'etcdserver: authentication failed'), 'failed'],
    ['denied', put, status(7, 'etcdserver: permission denied'), 'failed'],
    ['corrupt alarm', put, status(15, 'etcdserver: corrupt cluster'), 'failed'],
  ] as const)('%s', (_case, request, failure, expected) => {
    expect(classify(request, failure)).toBe(expected);
  });
});

describe('what proves that nothing was executed', () => {
  const noSpace = status(8, 'etcdserver: mvcc: database space exceeded');
  test.each([
    [
      'compaction of what is compacted',
      compact,
      status(11, 'etcdserver: mvcc: required revision has been compacted'),
    ],
    ['lease that is not there', put, status(5, 'etcdserver: requested lease not found')],
    ['lease that is there', grant, status(9, 'etcdserver: lease already exists')],
    ['too many requests', put, status(8, 'etcdserver: too many requests')],
    [
      'message too large to be read',
      put,
      status(8, 'grpc: received message larger than max (9 vs. 1)'),
    ],
    ['learner, 3.5', put, status(14, 'etcdserver: rpc not supported for learner')],
    ['learner, 3.6', put, status(9, 'etcdserver: rpc not supported for learner')],
    ['not capable, 3.5', put, status(14, 'etcdserver: not capable')],
    ['unimplemented', put, status(12, 'unknown service')],
    ['old token', put, status(16, 'etcdserver: invalid auth token')],
    ['stream refused', put, noAnswer('refused')],
    ['read out of space', range, noSpace],
    ['read in a transaction', readingTxn, status(14, 'etcdserver: request timed out')],
  ] as const)('failed: %s', (_case, request, failure) => {
    expect(classify(request, failure)).toBe('failed');
  });

  test.each([
    ['put that may have crossed the quota', put, noSpace],
    ['grant that may have crossed the quota', grant, noSpace],
    [
      'transaction with a write in one branch',
      writingTxn,
      status(14, 'etcdserver: leader changed'),
    ],
    ['keep-alive whose stream lost its leader', keepAlive, status(14, 'etcdserver: no leader')],
    ['delete, member stopping', remove, status(14, 'etcdserver: server stopped')],
    ['canceled', put, status(1, 'context canceled')],
    ['an error nobody knows', put, status(2, 'raft proposal dropped')],
    ['an internal error', put, status(13, 'transport is closing')],
    ['any other unavailability', put, status(14, 'etcdserver: leader changed')],
    ['read without an answer', range, noAnswer('deadline')],
    ['deadline', put, noAnswer('deadline')],
  ] as const)('unknown: %s', (_case, request, failure) => {
    expect(classify(request, failure)).toBe('unknown');
  });
});
