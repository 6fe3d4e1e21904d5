import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';
import { scenarioFile } from '../fixtures/scenario-file.ts';

// An engine that must not be asked: a file that cannot be loaded is refused before.
const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

async function refusal(text: string): Promise<string> {
  await using file = await scenarioFile('mine', text);
  const { exitCode, stdout, stderr } = await drill(['run', file.path], { cwd: file.folder, env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  return stderr.replaceAll(file.path, 'mine.ts');
}

describe("a user's scenario file that cannot be loaded is refused", () => {
  test('with a syntax error, whose place is in the message', async () => {
    const said = await refusal(
      "import { scenario } from 'etcd-drill';\n\nexport default scenario({,\n",
    );
    expect(said).toContain('drill: Could not load the scenario mine.ts: ');
    expect(said).toContain('mine.ts:3');
    expect(said).toContain('scenario({,');
    expect(said).not.toContain('a bug in drill');
  });

  test('with TypeScript that Node cannot strip', async () => {
    const said = await refusal('enum Colour { Red }\nexport default Colour.Red;\n');
    expect(said).toContain('drill: Could not load the scenario mine.ts: ');
    expect(said).toContain('TypeScript enum is not supported in strip-only mode');
    expect(said).toContain('mine.ts:1');
  });

  test('that throws while it is loaded', async () => {
    expect(await refusal("throw new Error('no configuration');\n")).toBe(
      'drill: Could not load the scenario mine.ts: no configuration',
    );
  });

  test('that imports what the package does not have', async () => {
    const said = await refusal(
      "import { patition } from 'etcd-drill';\nexport default patition;\n",
    );
    expect(said).toContain('drill: Could not load the scenario mine.ts: ');
    expect(said).toContain("does not provide an export named 'patition'");
  });

  test('that never finishes loading', async () => {
    expect(await refusal('await new Promise((resolve) => setTimeout(resolve, 1e6));\n')).toBe(
      'drill: Could not load the scenario mine.ts: it did not finish loading in 10 s (a top-level await that never ends?)',
    );
  });

  test('that has no default export', async () => {
    expect(await refusal('export const drill = 1;\n')).toBe(
      'drill: mine.ts is no scenario: its default export must be `scenario({ … }, async (stage) => { … })`.',
    );
  });
});

describe("a user's scenario file", () => {
  test('that throws in its timeline could not run; the fault is healed, the report written', async () => {
    await using file = await scenarioFile('throws');
    await using run = await startRun([file.path]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(3);
    const reason = "Cannot read properties of undefined (reading 'name')";
    expect(run.json()).toMatchObject({
      drill: 'throws',
      outcome: 'error',
      reasons: [reason],
      faults: [{ state: 'healed' }],
    });
    expect(stdout).toContain(reason);
    expect(run.read('report.html')).toContain('Cannot read properties of undefined');
    expect(await onEngine(run.name)).toEqual([]);
  });
});
