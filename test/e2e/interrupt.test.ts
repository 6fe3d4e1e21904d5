import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../src/journal/events.ts';
import { onEngine } from '../fixtures/docker.ts';
import { drill, startRun } from '../fixtures/drill.ts';

type Moment = readonly [when: string, signal: NodeJS.Signals, type: JournalEvent['type']];
const moments: readonly Moment[] = [
  ['while the cluster starts', 'SIGINT', 'run.started'],
  ['while its members start', 'SIGTERM', 'member.state'],
  ['in the steady state', 'SIGINT', 'load.started'],
  ['while the fault is injected', 'SIGINT', 'fault.injecting'],
  ['during the fault', 'SIGTERM', 'fault.proved'],
];

describe('an interrupted run', () => {
  test.each(moments)(
    '%s, by %s: heals, removes everything and reports',
    async (_, signal, type) => {
      await using run = await startRun(['partition', '--set', 'hold=60s']);
      await run.event(type, 60_000);
      run.signal(signal);
      const { exitCode, stderr } = await run.ended;
      expect(exitCode).toBe(130);
      expect(stderr.trim()).toBe(
        `drill: ${signal}: healing and removing everything (Ctrl-C again to kill)`,
      );
      expect(await onEngine(run.name)).toEqual([]);
      const events = run.events();
      expect(events.at(-1)).toMatchObject({
        type: 'run.ended',
        outcome: 'interrupted',
        exitCode: 130,
      });
      expect(run.json().outcome).toBe('interrupted');
      expect(run.read('report.html')).toContain('</html>');
      const types = events.map((event) => event.type);
      expect(types.includes('fault.healed')).toBe(types.includes('fault.injecting'));
      expect(types).not.toContain('fault.heal-failed');
    },
  );

  test('twice within a second is killed at once; the leases and `drill clean` do the rest', async () => {
    await using run = await startRun(['partition', '--set', 'hold=60s']);
    await run.event('fault.proved', 60_000);
    run.signal('SIGINT');
    // Two that wait at once are one to the kernel.
    await run.complains('SIGINT: healing and removing everything (Ctrl-C again to kill)', 5000);
    // A person's second press; what comes within 100 ms is the same one, passed on twice.
    await pause(200);
    run.signal('SIGINT');
    const { exitCode, stderr } = await run.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('drill: killed; `drill clean` removes what is left');
    const { stdout } = await drill(['clean', run.name]);
    expect(stdout).toContain(`removed ${run.name}:`);
    expect(await onEngine(run.name)).toEqual([]);
  });
});
