import type { Member } from '../cluster/member.ts';
import { readCounter } from '../cluster/metrics.ts';
import { exitCode } from '../errors.ts';
import { partition } from '../faults/network/partition.ts';
import type { Stage } from '../runner/stage.ts';
import { eventually } from '../wait.ts';
import { writeVersions } from './write-versions.ts';

/** More than the 5,000 entries that a leader keeps for slow followers beside its snapshot. */
const entries = 8000;
const withinMs = 30_000;
const flood = { prefix: 'drill/ahead/', keys: 500, valueBytes: 32, atATime: 64 };

/**
 * Makes a follower fall so far behind that entries no longer help it: cut off, while the others write
 * on; back again, it is sent a snapshot, and no entry before it, as a frozen one would find some in
 * its sockets. Its clients stay connected. The cluster must write snapshots often (`snapshotCount`).
 * Says with `trigger` whether the follower received one and came to the revision of the others.
 * Resolves with the time in which it caught up, from where the heal begins: it is often done before
 * the heal is proven.
 */
export async function catchUpBySnapshot(
  { cluster, client, step, trigger, nowMs }: Stage,
  follower: Member,
): Promise<{ readonly fromMs: number; readonly toMs: number }> {
  const before = await snapshotsReceived(follower);
  const { target, fromMs } = await step(
    `cut ${follower.name} off while the others write`,
    async () => {
      const others = cluster.except(follower);
      await using _ = await cluster.inject(partition([follower], others, { heal: 'fast' }));
      // Of those that go on: the leader, unless it was the one that was cut off.
      const leader = await cluster.leader();
      const writer = client(others.find((other) => other === leader) ?? others[0] ?? leader);
      const totalBytes = entries * flood.valueBytes;
      const { refusedWith } = await writeVersions(writer, { ...flood, totalBytes });
      if (refusedWith !== undefined) trigger(false, `too little was written: ${refusedWith}`);
      const { revision } = await writer.must({ kind: 'range', key: 'drill/ahead/0' });
      return { target: revision, fromMs: nowMs() };
    },
  );
  return step(`let ${follower.name} catch up`, async () => {
    const subject = `${follower.name} at revision ${target}`;
    await eventually({ subject, withinMs, code: exitCode.violated }, async () => {
      const { revision } = await follower.admin.status();
      return revision >= target ? revision : undefined;
    });
    const toMs = nowMs();
    const received = (await snapshotsReceived(follower)) - before;
    const how = `${follower.name} came to revision ${target}`;
    if (received > 0) trigger(true, `${how} by a snapshot`);
    else trigger(false, `${how} without a snapshot`);
    return { fromMs, toMs };
  });
}

function snapshotsReceived({ name, clientAddress }: Member): Promise<number> {
  const wait = { subject: `The metrics of ${name}`, withinMs, code: exitCode.inconclusive };
  return eventually(wait, () =>
    readCounter(clientAddress, 'etcd_network_snapshot_receive_success', 2000),
  );
}
