import { expect, test } from 'vitest';
import { parseEtcdRequest } from '../../src/images/etcd-request.ts';

test.each([
  ['3.5.16', { kind: 'version', version: '3.5.16' }],
  ['v3.8.0-rc.0', { kind: 'version', version: '3.8.0-rc.0' }],
  ['go:v3.7.3', { kind: 'go', version: '3.7.3' }],
  ['deb:trixie', { kind: 'deb', suite: 'trixie' }],
  ['dir:../etcd/bin', { kind: 'dir', path: '../etcd/bin' }],
  [
    'registry:127.0.0.1:5000/etcd@sha256:ab',
    { kind: 'registry', reference: '127.0.0.1:5000/etcd@sha256:ab' },
  ],
])('reads %s', (text, expected) => {
  expect(parseEtcdRequest(text)).toEqual(expected);
});

test.each([
  '',
  '3.5',
  'latest',
  'go:',
  'go:latest',
  'deb:Trixie',
  'deb:../x',
  'dir:',
  'docker:etcd',
])('refuses "%s"', (text) => {
  expect(() => parseEtcdRequest(text)).toThrow(
    `\`--etcd ${text}\` names no etcd; expected a full version (3.7.3), registry:<reference>, ` +
      'go:<version>, deb:<suite> or dir:<path>',
  );
});
