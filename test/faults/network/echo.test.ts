import { expect, test } from 'vitest';
import { echoesOf, medianRttMs } from '../../../src/faults/network/echo.ts';

test('echoes that came back late, twice, in another order and not at all are told apart', () => {
  const [address, echoes] = echoesOf('10.0.0.2 4 0:1000:1500 2:3000:3200 1:2000:3400 2:3000:3600');
  expect(address).toBe('10.0.0.2');
  expect(echoes).toEqual({
    sent: 4,
    answered: 3,
    duplicates: 1,
    overtaken: 1,
    rttsMs: [0.2, 0.5, 1.4],
    tookMs: 2.6,
  });
  expect(medianRttMs(echoes)).toBe(0.5);
});

test('of a link that is cut nothing came back', () => {
  const [, echoes] = echoesOf('10.0.0.2 3');
  expect(echoes).toMatchObject({ sent: 3, answered: 0, rttsMs: [], tookMs: 0 });
  expect(medianRttMs(echoes)).toBeUndefined();
});
