import { expect, test } from 'vitest';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { runOnce } from '../../src/engine/run-once.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { createAnnounce } from '../../src/setup/announce.ts';

test('has every tool that sidecars and helpers run', async () => {
  const engine = await connectEngine({ env: process.env });
  const image = await ensureToolbox({ engine, announce: createAnnounce(process.stderr) });
  const tools =
    'sh bash perl timeout iptables iptables-save iptables-restore ss tc ip ' +
    'mount losetup mkfs.ext4 fsfreeze fallocate blockdev stat ps';
  const command = `for tool in ${tools}; do command -v "$tool" >/dev/null || echo "$tool"; done; iptables -V`;
  const { output } = await runOnce(engine, { image, command: ['sh', '-c', command] });
  expect(output).toMatch(/^iptables v[\d.]+ \(nf_tables\)\n$/);
});
