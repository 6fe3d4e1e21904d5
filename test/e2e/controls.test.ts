import { describe, expect, test } from 'vitest';
import { docker, faultRules, lines, onEngine } from '../fixtures/docker.ts';
import { startRun } from '../fixtures/drill.ts';
import { scenarioFile } from '../fixtures/scenario-file.ts';

describe('a run that must not be held', () => {
  test('a partition whose rules are removed behind its back is inconclusive', async () => {
    await using run = await startRun(['partition', '--set', 'hold=4s']);
    const { fault } = await run.event('fault.proved', 60_000);
    const leader = run.events().findLast((event) => event.type === 'leader')?.leader;
    const member = leader === 'm1' ? 'm2' : 'm1';
    const sidecar = `drill-${run.name}-${member}-net`;
    for (const rule of await faultRules(sidecar)) {
      if (!rule.startsWith('-A INPUT')) continue;
      await docker(['exec', sidecar, 'iptables', '-D', ...words(rule)]);
    }
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(2);
    const reason = `the rules of ${fault} are not in ${member}'s namespace`;
    expect((await run.event('fault.unproved', 0)).reason).toBe(reason);
    const { outcome, verdicts } = run.json();
    expect(outcome).toBe('inconclusive');
    const exercised = verdicts.find(({ assertion }) => assertion === 'exercised');
    expect(exercised).toMatchObject({ status: 'inconclusive' });
    expect(exercised?.summary).toContain(reason);
    expect(stdout).toContain(reason);
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('two of three members killed, and no leader in time, is violated', async () => {
    await using file = await scenarioFile('kill-majority');
    await using run = await startRun([file.path]);
    const { exitCode, stdout } = await run.ended;
    expect(exitCode).toBe(1);
    const reason = 'A leader did not come within 5 s';
    expect(run.json()).toMatchObject({ outcome: 'violated', reasons: [reason] });
    expect(stdout).toContain(reason);
    const killed = run.events().filter((event) => event.type === 'member.state' && event.state === 'killed'); // prettier-ignore
    expect(killed).toHaveLength(2);
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('a load that acknowledges nothing is inconclusive, and nothing is injected', async () => {
    await using file = await scenarioFile('no-space');
    await using run = await startRun([file.path]);
    const { exitCode } = await run.ended;
    expect(exitCode).toBe(2);
    expect(run.json()).toMatchObject({
      outcome: 'inconclusive',
      faults: [],
      reasons: [
        'The cluster was not in a steady state before the fault (no write was acknowledged for a second), ' +
          'so nothing was injected. Is the machine overloaded? Compare `drill doctor`.',
      ],
    });
    expect(await onEngine(run.name)).toEqual([]);
  });

  test('a load that stops being acknowledged once the fault is on is inconclusive', async () => {
    await using file = await scenarioFile('paused-members');
    await using run = await startRun([file.path]);
    const { exitCode } = await run.ended;
    const { outcome, verdicts } = run.json();
    expect(exitCode, JSON.stringify(verdicts)).toBe(2);
    expect(outcome).toBe('inconclusive');
    const exercised = verdicts.find(({ assertion }) => assertion === 'exercised');
    expect(exercised?.status).toBe('inconclusive');
    expect(exercised?.summary).toMatch(
      /^\d+ writes acknowledged during ".+", fewer than the 500 asked for/,
    );
    expect(await onEngine(run.name)).toEqual([]);
  });
});

/** The words of a rule, as `iptables-save` prints it, without its `-A`. */
const words = (rule: string): string[] =>
  lines(rule.replaceAll('"', '').replaceAll(/ +/g, '\n')).slice(1);
