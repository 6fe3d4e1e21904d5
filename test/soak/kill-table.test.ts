import { expect, test } from 'vitest';
import { killTable } from '../../soak/kill-table.ts';
import { planned } from '../../soak/kill-once.ts';
import { faultKinds } from '../../src/faults/registry.ts';

test('a row per fault, its kills in each moment, the longest heal, and what stayed on', () => {
  expect(
    killTable([
      { number: 0, fault: 'delay', moment: 'inject', state: 'healed', healedMs: 7100 },
      { number: 1, fault: 'delay', moment: 'prove', state: 'left', said: '+ m1-net: qdisc' },
      { number: 2, fault: 'delay', moment: 'hold', state: 'missed' },
      { number: 3, fault: 'pause', moment: 'heal', state: 'healed', healedMs: 300 },
    ]),
  ).toBe(`| fault | inject | prove | hold | heal | longest | left on |
| --- | --: | --: | --: | --: | --: | --: |
| delay | 1/1 | 0/1 | – | – | 7.1 s | 1 |
| pause | – | – | – | 1/1 | 0.3 s | 0 |
| all | 1/1 | 0/1 | – | 1/1 | 7.1 s | 1 |`);
});

test('every moment of every leased fault comes in turn', () => {
  const leased = faultKinds.filter(({ undo }) => undo === 'leased');
  const plans = Array.from({ length: 4 * leased.length }, (_, number) => planned(number));
  const names = new Set(plans.map(({ kind, moment }) => `${kind.name} ${moment}`));
  expect(names.size).toBe(plans.length);
  expect(planned(plans.length)).toEqual(planned(0));
});
