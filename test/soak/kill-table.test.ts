import { expect, test } from 'vitest';
import { killTable } from '../../soak/kill-table.ts';

test('a row per fault, healed of killed in the moment it struck, the longest heal, and what stayed', () => {
  const delay = { fault: 'delay', moment: 'inject', leftovers: [] } as const;
  const pause = { fault: 'pause', moment: 'heal' } as const;
  expect(
    killTable([
      { number: 0, ...delay, struck: 'inject', state: 'healed', healedMs: 7100 },
      { number: 1, ...delay, struck: 'prove', state: 'left-on', differs: ['+ m1-net: qdisc'] },
      { number: 1, ...delay, state: 'missed', why: 'exit 2' },
      {
        number: 2,
        ...pause,
        struck: 'heal',
        state: 'healed',
        healedMs: 300,
        leftovers: ['volume v'],
      },
    ]),
  ).toBe(`| fault | inject | prove | hold | heal | longest | left on | leftovers |
| --- | --: | --: | --: | --: | --: | --: | --: |
| delay | 1/1 | 0/1 | – | – | 7.1 s | 1 | 0 |
| pause | – | – | – | 1/1 | 0.3 s | 0 | 1 |
| all | 1/1 | 0/1 | – | 1/1 | 7.1 s | 1 | 1 |`);
});
