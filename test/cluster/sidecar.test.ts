import { expect, test } from 'vitest';
import { publishAddress } from '../../src/cluster/sidecar.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';

const engine = await connectEngine({ env: process.env });

test.each(['127.0.0.1', '192.168.7.4', '::1'])('ports can be published on %s', (address) => {
  expect(publishAddress(engine, address)).toBe(address);
});

test.each(['everywhere', '300.1.1.1', '10.0.0.1:80', ''])('not on "%s"', (address) => {
  expect(() => publishAddress(engine, address)).toThrow(
    `\`--publish\` is "${address}": expected an IP address of the engine's host, for example "127.0.0.1".`,
  );
});
