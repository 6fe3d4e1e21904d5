import { expect, test } from 'vitest';
import { startPods } from '../fixtures/pods.ts';
import { until } from '../fixtures/until.ts';

test('a learner is recorded as one, a voter is not', { timeout: 120_000 }, async () => {
  await using pods = await startPods({ members: 1 }, { name: 'observer' });
  await pods.cluster.add({ learner: true });
  const learner = await until('a view of the learner', 20_000, () =>
    pods.events.find((event) => event.type === 'view' && event.member === 'm2' && event.reachable),
  );
  expect(learner).toMatchObject({ member: 'm2', learner: true });
  const voter = pods.events.find((event) => event.type === 'view' && event.member === 'm1');
  expect(voter).not.toHaveProperty('learner');
});
