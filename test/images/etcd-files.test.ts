import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { etcdFilesOnly } from '../../src/images/etcd-files.ts';

test('keeps etcd and its C library, and links the folders that Debian merged', async () => {
  const kept = await listing(
    './usr/bin/etcd',
    './usr/bin/etcdctl',
    './usr/bin/etcd-dump-db',
    './usr/bin/sh',
    './usr/lib/x86_64-linux-gnu/libc.so.6',
    './usr/lib/x86_64-linux-gnu/libcrypt.so.1',
    './usr/lib64/ld-linux-x86-64.so.2',
    './usr/share/doc/etcd/libc.so.txt',
  );
  expect(kept).toEqual([
    'usr/bin/etcd',
    'usr/bin/etcdctl',
    'usr/lib/x86_64-linux-gnu/libc.so.6',
    'usr/lib64/ld-linux-x86-64.so.2',
    'lib -> usr/lib',
    'lib64 -> usr/lib64',
  ]);
});

test('leaves folders that are not merged as they are', async () => {
  const kept = await listing('./lib/x86_64-linux-gnu/libc-2.31.so', './lib64/ld-linux-x86-64.so.2');
  expect(kept).toEqual(['lib/x86_64-linux-gnu/libc-2.31.so', 'lib64/ld-linux-x86-64.so.2']);
});

test('a tar that breaks off breaks the image off', async () => {
  const broken = etcdFilesOnly(Readable.from([Buffer.alloc(700, 1)]));
  await expect(broken.toArray()).rejects.toThrow('Invalid tar header');
});

async function listing(...names: string[]): Promise<string[]> {
  const rootfs = pack();
  for (const name of names) rootfs.entry({ name }, 'content');
  rootfs.finalize();
  const kept = extract();
  etcdFilesOnly(Readable.from(rootfs)).pipe(kept);
  const found: string[] = [];
  for await (const entry of kept) {
    const { name, linkname } = entry.header;
    found.push(linkname ? `${name} -> ${linkname}` : name);
    entry.resume();
  }
  return found;
}
