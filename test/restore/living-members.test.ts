import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { addressesOf, askAll, refuseLiving } from '../../src/restore/living-members.ts';

const nameless = `${'x'.repeat(64)}.invalid`;

test('who refuses a connection is told from who cannot be asked', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const urls = ['http://127.0.0.1:1', `http://${nameless}:2380`, `http://127.0.0.1:${port}`];
  const asked = await askAll(addressesOf(urls, { isBeside: true }));
  server.close();
  expect(asked.map(({ answer }) => answer)).toEqual(['refused', 'unresolvable', 'accepted']);
  expect(() => refuseLiving(asked)).not.toThrow();
});

test('a name that means no address does not count as nobody', async () => {
  const asked = await askAll(addressesOf([`http://${nameless}:2379`]));
  expect(() => refuseLiving(asked)).toThrow(
    `Nobody can tell whether a member lives at ${nameless}:2379: this host finds no address for ${nameless}. Correct the name, give it its address (DNS, \`/etc/hosts\`), or restore at other addresses with \`--new-addresses\`.`,
  );
});
