import { expect, test } from 'vitest';
import { catchUpBySnapshot } from '../../src/actions/catch-up-by-snapshot.ts';
import type { Cluster } from '../../src/cluster/cluster.ts';
import type { Member } from '../../src/cluster/member.ts';
import type { ActiveFault } from '../../src/faults/lifecycle.ts';
import type { Request, Result } from '../../src/history/operation.ts';
import type { ResultOf } from '../../src/load/recorded-client.ts';
import type { Stage } from '../../src/runner/stage.ts';

/** Answers nobody, so that no snapshot of it is counted. */
const member = (name: string): Member =>
  ({
    name,
    address: name,
    clientAddress: '127.0.0.1:1',
    admin: { status: () => Promise.resolve({ revision: 9 }) },
  }) as unknown as Member;

test('the follower can catch up once the partition is healed, which takes its time', async () => {
  const [leader, follower] = [member('m1'), member('m2')];
  let clock = 0;
  const triggers: string[] = [];
  const heal = async (): Promise<void> => {
    clock += 700;
  };
  const stage = {
    cluster: {
      leader: () => Promise.resolve(leader),
      except: () => [leader],
      inject: (): Promise<ActiveFault> =>
        Promise.resolve({ id: 'f1', heal, [Symbol.asyncDispose]: heal }),
    } as unknown as Cluster,
    client: () => ({
      member: 'm1',
      perform: () => Promise.reject(new Error('not asked for here')),
      must: <R extends Request>({ kind }: R) => {
        const result: Result =
          kind === 'put'
            ? { kind, revision: 9 }
            : { kind: 'range', revision: 9, kvs: [], count: 0 };
        return Promise.resolve(result as ResultOf<R['kind']>);
      },
    }),
    step: <T>(_: string, body: () => Promise<T>) => body(),
    trigger: (proved: boolean, evidence: string) => void triggers.push(`${proved}: ${evidence}`),
    nowMs: () => clock,
  } as unknown as Stage;
  expect(await catchUpBySnapshot(stage, follower)).toEqual({ fromMs: 700, toMs: 700 });
  expect(triggers).toEqual(['false: m2 came to revision 9 without a snapshot']);
});
