import { expect, test } from 'vitest';
import { parseEndpoint } from '../../src/engine/endpoint.ts';

test.each([
  ['unix:///run/user/1000/docker.sock', { kind: 'unix', socketPath: '/run/user/1000/docker.sock' }],
  ['tcp://10.0.0.7:2375', { kind: 'tcp', host: '10.0.0.7', port: 2375 }],
  ['tcp://engine.example', { kind: 'tcp', host: 'engine.example', port: 2375 }],
  ['tcp://[fd00::7]:2375/', { kind: 'tcp', host: 'fd00::7', port: 2375 }],
  ['http://engine.example:80', { kind: 'tcp', host: 'engine.example', port: 80 }],
  [
    'https://engine.example:443',
    { kind: 'tcp', host: 'engine.example', port: 443, tls: { verify: true } },
  ],
  [
    'ssh://ops@engine.example:2222',
    { kind: 'ssh', destination: 'ssh://ops@engine.example:2222', host: 'engine.example' },
  ],
])('reads %s', (address, expected) => {
  expect(parseEndpoint(address)).toEqual(expected);
});

test('the port of TLS is 2376 unless written', () => {
  expect(parseEndpoint('tcp://engine.example', { verify: true })).toMatchObject({ port: 2376 });
  expect(parseEndpoint('tcp://engine.example:99', { verify: true })).toMatchObject({ port: 99 });
});

test.each([
  '',
  'engine.example',
  'unix://',
  'unix://docker.sock',
  'npipe:////./pipe/x',
  'tcp://',
  'tcp://host:port',
  'tcp://host/path',
])('refuses "%s"', (address) => {
  expect(parseEndpoint(address)).toBeUndefined();
});
