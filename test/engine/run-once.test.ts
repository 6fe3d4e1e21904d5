import { expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { runOnce } from '../../src/engine/run-once.ts';
import { resolveEtcdImage } from '../../src/images/resolve-etcd-image.ts';
import { until } from '../fixtures/until.ts';

test('an interrupt removes the container while its program runs', async () => {
  const engine = await connectEngine({ env: process.env });
  const image = await resolveEtcdImage({ engine, announce: (_title, task) => task() });
  const label = `drill-test-interrupt=${process.pid}`;
  const found = (filter: string) =>
    engine.docker.listContainers({ all: true, filters: { label: [label], status: [filter] } });
  const interrupt = new AbortController();
  const work = runOnce(engine, {
    image: image.reference,
    command: ['etcd', '--data-dir=/tmp/data'],
    labels: { 'drill-test-interrupt': `${process.pid}` },
    signal: interrupt.signal,
  });
  const running = until('The container', 20_000, async () => (await found('running'))[0]);
  void running.then(() => interrupt.abort(new Error('interrupted by SIGINT')));
  await expect(work).rejects.toThrow('interrupted by SIGINT');
  for (const status of ['running', 'exited', 'created']) expect(await found(status)).toEqual([]);
}, 60_000);
