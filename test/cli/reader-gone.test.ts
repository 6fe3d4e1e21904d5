import { resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test('a reader that goes away does not end a command with an error of its own', async () => {
  const script = `"$0" list --json | head -c 1 >/dev/null; exit "\${PIPESTATUS[0]}"`;
  const { exitCode, stderr } = await execa('bash', ['-c', script, resolve('drill')], {
    reject: false,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});
