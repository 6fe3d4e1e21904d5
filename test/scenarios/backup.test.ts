import { describe, expect, test } from 'vitest';
import type { Member } from '../../src/cluster/member.ts';
import { DrillError, exitCode } from '../../src/errors.ts';
import { openAdmin } from '../../src/etcd/admin.ts';
import { openClient } from '../../src/etcd/client.ts';
import {
  MemberListResponseSchema,
  MoveLeaderResponseSchema,
  RangeResponseSchema,
  SnapshotResponseSchema,
  StatusResponseSchema,
} from '../../src/etcd/proto/etcd_pb.js';
import type { Fault } from '../../src/faults/fault.ts';
import type { Stage } from '../../src/runner/stage.ts';
import backup from '../../src/scenarios/backup.ts';
import { answer, startFakeEtcd } from '../fixtures/fake-etcd.ts';
import { goldenAnswers, goldenSnapshot, temporaryFolder } from '../fixtures/snapshots.ts';

const { revision } = goldenAnswers('3.7.3').file;
const good = goldenSnapshot('3.7.3');
const damaged = Buffer.from(good).fill(0, good.length - 32);

/** What a member serves: its own revision, and a snapshot. */
interface Served {
  revision: number;
  blob: Buffer;
}

async function fakeMember(
  name: string,
  served: Served,
  moved: () => void,
): Promise<Member & AsyncDisposable> {
  const etcd = await startFakeEtcd((method) => {
    const header = { clusterId: 1n, memberId: 2n, revision: BigInt(served.revision) };
    const now = { ...header, revision: BigInt(revision) };
    switch (method) {
      case 'Range':
        return answer(RangeResponseSchema, { header: now });
      case 'Status':
        return answer(StatusResponseSchema, { header, version: '3.7.3' });
      case 'MemberList':
        return answer(MemberListResponseSchema, { header, members: [{ ID: 2n, name }] });
      case 'MoveLeader':
        moved();
        return answer(MoveLeaderResponseSchema, { header });
      default:
        return answer(SnapshotResponseSchema, { header, blob: served.blob });
    }
  });
  const client = openClient({ member: name, address: etcd.address });
  const close = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await etcd[Symbol.asyncDispose]();
  };
  const member = { name, address: name, client, admin: openAdmin(client) };
  return { ...member, [Symbol.asyncDispose]: close } as unknown as Member & AsyncDisposable;
}

/**
 * Performs the drill on m1, which leads until m2 does, m2 and m3, its follower of choice. Who is cut off
 * serves `whileCut`, while the others write on.
 */
async function performed(
  served: readonly Served[],
  whileCut: Partial<Served> = {},
  target: 'follower' | 'leader' = 'follower',
) {
  using folder = temporaryFolder();
  await using closed = new AsyncDisposableStack();
  const members: Member[] = [];
  let leading = 0;
  for (const [index, each] of served.entries())
    members.push(closed.use(await fakeMember(`m${index + 1}`, each, () => (leading = 1))));
  const follower = members[2];
  const triggers: [boolean, string][] = [];
  const restored = served.map((each) => ({ ...each }));
  const heal = async (): Promise<void> => {
    for (const [index, each] of served.entries()) Object.assign(each, restored[index]);
  };
  const stage = {
    cluster: {
      members,
      leader: () => Promise.resolve(members[leading]),
      view: () => ({ leader: `m${leading + 1}`, term: 2 }),
      member: () => members[leading],
      except: (not: Member) => members.filter((each) => each !== not),
      elects: () => Promise.resolve(),
      converges: () => Promise.resolve(),
      inject: async ({ targets: [cut] }: Fault) => {
        for (const [index, each] of served.entries()) {
          if (cut?.name === `m${index + 1}`) Object.assign(each, { revision, ...whileCut });
          else each.revision += 1;
        }
        return { id: 'f1', heal, [Symbol.asyncDispose]: heal };
      },
    },
    load: { run: () => Promise.resolve() },
    step: (_: string, body: () => Promise<void>) => body(),
    random: { sample: () => [follower] },
    trigger: (proved: boolean, evidence: string) => triggers.push([proved, evidence]),
    observe: () => undefined,
    nowMs: () => 0,
    folder: folder.path,
    parameters: { change: 'move', verify: true, target, cut: 0 },
  } as unknown as Parameters<typeof backup.timeline>[0] & Stage;
  await backup.timeline(stage);
  return triggers;
}

const current = (): Served => ({ revision, blob: good });

describe('the backup drill', { timeout: 20_000 }, () => {
  test.each([0, 1, 2])('is violated by a refusal of a member that is not cut off', async (bad) => {
    const served = [current(), current(), current()];
    served[bad] = { revision, blob: damaged };
    const performing = performed(served);
    await expect(performing).rejects.toBeInstanceOf(DrillError);
    await expect(performing).rejects.toMatchObject({
      code: exitCode.violated,
      message: expect.stringContaining(
        `m${bad + 1} is not cut off, and yet gave no backup: What m${bad + 1} sent is no good snapshot`,
      ) as string,
    });
  });

  test('takes for its aim only that the cut-off member lags', async () => {
    const served = (): Served[] => [current(), current(), current()];
    expect(await performed(served(), { revision: revision - 1 })).toEqual([
      [true, expect.stringContaining('m3 lags or is cut off') as string],
    ]);
    expect(await performed(served(), { blob: damaged })).toEqual([
      [false, expect.stringContaining('What m3 sent is no good snapshot') as string],
    ]);
  });

  test('cuts the leader off where it is told to', async () => {
    const served = [current(), current(), current()];
    expect(await performed(served, { revision: revision - 1 }, 'leader')).toEqual([
      [true, expect.stringContaining('m2 lags or is cut off') as string],
    ]);
  });
});
