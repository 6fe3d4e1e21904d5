import { afterAll, expect, test } from 'vitest';
import { openConnections } from '../../src/load/connections.ts';

const connections = openConnections();
afterAll(() => connections.close());

const target = (name: string) => ({ name, address: '127.0.0.1:1' });

test('a member that stays keeps its client, one that was gone gets another', async () => {
  const [m1, m2] = connections.to([target('m1'), target('m2')]);
  expect([m1?.target.member, m2?.target.member]).toEqual(['m1', 'm2']);
  expect(connections.to([target('m2'), target('m3')])[0]).toBe(m2);
  const [back, stayed] = connections.to([target('m1'), target('m2')]);
  expect(stayed).toBe(m2);
  expect(back?.target).toEqual(m1?.target);
  expect(back).not.toBe(m1);
});
