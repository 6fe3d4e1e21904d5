import { expect, test } from 'vitest';
import { isDone, nextPhase, restoreTable } from '../../soak/restore-table.ts';
import { restorePhases } from '../fixtures/restore-kill.ts';

const kill = (phase: string, damaged = '', left: readonly string[] = []) => ({
  phase,
  damaged,
  left,
});
const each = restorePhases.map((phase) => kill(phase));

test('a soak is done with enough kills, two in every phase', () => {
  const twice = [...each, ...each];
  expect(isDone(twice, 14)).toBe(true);
  expect(isDone(twice, 20)).toBe(false);
  expect(isDone([...each, ...each.slice(1), kill('restore'), kill('none')], 14)).toBe(false);
});

test('the phase that was met least is next', () => {
  expect(nextPhase([])).toBe('stop');
  expect(nextPhase([...each, ...each.slice(0, 3)])).toBe('elect');
});

test('the table counts what was damaged and what was left', () => {
  const table = restoreTable([kill('stop'), kill('stop', 'its hash is 0', ['volume v'])]);
  expect(table.split('\n')).toContain('| stop | 2 | 1 | 1 |');
  expect(table.split('\n').at(-1)).toBe('| all | 2 | 1 | 1 |');
});
