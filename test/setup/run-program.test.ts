import { expect, test } from 'vitest';
import { hasProgram, runProgram } from '../../src/setup/run-program.ts';

test('returns what was printed', async () => {
  const args = ['-c', 'echo "$0 $GREETING"', 'sh'];
  expect(await runProgram('sh', args, { env: { GREETING: 'hello' } })).toBe('sh hello\n');
});

test('one that fails is an error with the end of its output', async () => {
  await expect(runProgram('sh', ['-c', 'echo out; echo err >&2; exit 9'])).rejects.toThrow(
    '`sh -c echo out; echo err >&2; exit 9` failed (status 9); the end of its output:\nout\n\nerr',
  );
});

test('one that is not there is named', async () => {
  expect(hasProgram('sh')).toBe(true);
  expect(hasProgram('no-such-program')).toBe(false);
  await expect(runProgram('no-such-program', [])).rejects.toThrow(
    '`no-such-program` is not on this machine',
  );
});
