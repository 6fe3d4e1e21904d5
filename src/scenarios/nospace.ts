import { compactNow } from '../actions/compact-now.ts';
import { defragmentInTurn } from '../actions/defragment-in-turn.ts';
import { writeVersions } from '../actions/write-versions.ts';
import { DrillError, exitCode } from '../errors.ts';
import { patientMs } from '../etcd/admin.ts';
import {
  type Stage,
  choice,
  converges,
  durable,
  integer,
  noSpace,
  oneLeaderPerTerm,
  scenario,
} from '../index.ts';
import { eventually } from '../wait.ts';

const prefix = 'drill/versions/';

export default scenario(
  {
    summary:
      'Write until the quota is reached: puts are refused, reads and deletes are not; then compact, defragment, disarm, and write again.',
    teaches:
      'At its quota etcd raises the alarm NOSPACE and refuses every put with `etcdserver: mvcc: database space exceeded`, on all members; reads and deletes go on, and /health says 503. The cure has an order: compact to the current revision, defragment every member, and only then disarm. An alarm that is taken off before the space is back comes again with the next put.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      quota: integer({ min: 8, max: 1000 }, 48, 'space quota of every member, in MiB'),
      order: choice(
        ['disarm-last', 'disarm-first'],
        'disarm-last',
        'whether the alarm is taken off after the space is back, or before',
      ),
    },
    short: { quota: '20' },
    control: {
      set: { order: 'disarm-first' },
      violates: ['timeline', 'converges', 'no-space'],
      because: 'the database is as large as before, so the next put raises the alarm again',
    },
    cluster: ({ quota }) => ({ quotaBytes: quota * 1024 ** 2 }),
    // A put refused for space is of unknown outcome: many of them say nothing more than a few.
    load: { ratePerSecond: 100 },
    assertions: [noSpace({ again: '5s' }), durable(), converges(), oneLeaderPerTerm()],
  },
  async (stage) => {
    const { load, step, parameters } = stage;
    const { quota, order } = parameters;
    await step(`write to the quota of ${quota} MiB`, () => fill(stage, quota * 1024 ** 2));
    await step('work without space', async () => {
      await askEveryMember(stage);
      await load.run('1s');
    });
    if (order === 'disarm-first') await disarm(stage);
    await step('compact to the revision of now', () => compactNow(stage, { key: prefix }));
    await defragmentInTurn(stage);
    if (order === 'disarm-last') await disarm(stage);
    await step('write again', async () => {
      await load.run('3s');
      await expectNoAlarm(stage);
    });
  },
);

/** Writes until a put is refused, and until every member shows the alarm. */
async function fill({ cluster, client, observe }: Stage, quotaBytes: number): Promise<void> {
  const leader = await cluster.leader();
  const { bytes, puts, refusedWith } = await writeVersions(client(leader), {
    prefix,
    keys: 40,
    valueBytes: 16 * 1024,
    totalBytes: 2 * quotaBytes,
  });
  if (refusedWith === undefined)
    throw new DrillError(
      `etcd took ${bytes} bytes with a quota of ${quotaBytes} and refused nothing.`,
      exitCode.violated,
    );
  const { dbSizeBytes } = await leader.admin.status(patientMs);
  observe('quota-reached', { error: refusedWith, puts, quotaBytes, dbSizeBytes }, leader);
  const subject = 'The alarm NOSPACE on every member';
  await eventually({ subject, withinMs: 10_000, code: exitCode.violated }, async () => {
    const alarms = await Promise.all(cluster.members.map(({ admin }) => admin.alarms()));
    return alarms.every((each) => each.some(({ alarm }) => alarm === 'NOSPACE')) ? true : undefined;
  });
  observe('alarm', { alarm: 'NOSPACE' });
}

async function askEveryMember({ cluster, client }: Stage): Promise<void> {
  for (const member of cluster.members) {
    const asked = client(member);
    const key = `${prefix}asked-${member.name}`;
    await asked.perform({ kind: 'put', key, value: `asked ${member.name}` });
    await asked.perform({ kind: 'range', key });
    await asked.perform({ kind: 'range', key, serializable: true });
    await asked.perform({ kind: 'delete', key });
  }
}

async function disarm({ cluster, observe, step, nowMs }: Stage): Promise<void> {
  await step('take the alarm off', async () => {
    const leader = await cluster.leader();
    const alarms = await leader.admin.alarms(patientMs);
    const beganMs = nowMs();
    for (const alarm of alarms) await leader.admin.disarm(alarm);
    observe('disarmed', { alarms: alarms.length, beganMs });
  });
}

async function expectNoAlarm({ cluster }: Stage): Promise<void> {
  const leader = await cluster.leader();
  const [alarm] = await leader.admin.alarms(patientMs);
  if (alarm === undefined) return;
  throw new DrillError(
    `The alarm ${alarm.alarm} is on again: the space was not back when it was taken off.`,
    exitCode.violated,
  );
}
