import { execa } from 'execa';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';
import { startSecondEngine } from '../fixtures/second-engine.ts';

describe('an engine that fails drill', () => {
  test('killed in the middle of a fault: told by name, readable, and cleaned up later', async () => {
    await using engine = await startSecondEngine();
    await using run = await startRun(['partition', '--set', 'hold=30s'], engine);
    await run.event('fault.proved', 60_000);
    await engine.kill();
    const killedAt = performance.now();
    const { exitCode, stdout } = await run.ended;
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    expect(exitCode, stdout).toBe(4);
    expect(stdout).toContain(
      `the Docker Engine (DOCKER_HOST=${engine.env.DOCKER_HOST}) stopped answering`,
    );
    expect(stdout).toContain('Start it again, then run `drill clean`.');
    expect(run.events().at(-1)).toMatchObject({ type: 'run.ended', outcome: 'unhealed' });
    expect((await drill(['report', run.folder])).exitCode).toBe(4);

    await engine.start();
    expect(await onEngine(run.name, engine.env)).not.toEqual([]);
    const cleaned = await drill(['clean', run.name], engine);
    expect(cleaned).toMatchObject({ exitCode: 0, stderr: '' });
    expect(cleaned.stdout).toContain(`removed ${run.name}:`);
    expect(await onEngine(run.name, engine.env)).toEqual([]);
  });

  test('whose disk is full: said so, and nothing is left', async () => {
    await using engine = await startSecondEngine({ diskBytes: 700 * 1024 * 1024 });
    await execa('dd', ['if=/dev/zero', `of=${join(engine.dataRoot, 'filling')}`, 'bs=1M'], {
      reject: false, // it ends when the disk is full
    });
    await using run = await startRun(['partition'], engine);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(3);
    const { outcome, reasons } = run.json();
    expect(outcome).toBe('error');
    expect(reasons[0]).toContain("the engine's disk is full");
    expect(reasons[0]).toContain('Free some (`docker system df`, `drill clean`) and run again.');
    expect(await onEngine(run.name, engine.env)).toEqual([]);
  });

  test('without a free port: said so, and nothing is left', async () => {
    await using engine = await startSecondEngine({ ports: [50_000, 50_001] });
    await using run = await startRun(['partition'], engine);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode, stdout).toBe(3);
    const { outcome, reasons } = run.json();
    expect(outcome).toBe('error');
    expect(reasons[0]).toContain('the engine has no free port to publish');
    expect(reasons[0]).toContain('Run `drill clean`, or stop what holds the ports (`docker ps`).');
    expect(await onEngine(run.name, engine.env)).toEqual([]);
  });
});
