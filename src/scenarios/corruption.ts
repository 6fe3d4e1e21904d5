import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import { readCounter } from '../cluster/metrics.ts';
import { exitCode } from '../errors.ts';
import {
  type Damage,
  bitFlip,
  choice,
  converges,
  corruptionFound,
  durable,
  duration,
  exercised,
  oneLeaderPerTerm,
  rebuildMember,
  recoversWithin,
  scenario,
  truncate,
} from '../index.ts';
import { eventually } from '../wait.ts';

const value = 'drill-corruption: what was written here must be read here';

export default scenario(
  {
    summary:
      'Damage a file of one follower: etcd must notice, the member is rebuilt from the others, and nothing wrong is ever read.',
    teaches:
      "A rotten write-ahead log stops a member by its checksums; a rotten database does not: unless a corruption check is on, the member starts and serves wrong data, and only HashKV shows it. (The initial check of 3.5 compares with nobody until the member has written its first snapshot, 100,000 entries by default.) The cure is a rebuilt member, never the damaged one's restart.",
    matrix: { members: [3, 5, 7] },
    parameters: {
      where: choice(
        ['db', 'wal', 'wal-tail'],
        'db',
        'a bit of a value in the database, a bit in the write-ahead log, or the end of that log',
      ),
      check: choice(
        ['initial', 'periodic', 'off'],
        'initial',
        "etcd's corruption check: at the start of a member, every 2 s by the leader, or none",
      ),
      within: duration('10s', 'how long etcd has to notice'),
    },
    short: { within: '6s' },
    control: {
      set: { check: 'off' },
      violates: [
        'timeline',
        'corruption-found',
        'converges',
        'durable',
        'kv.linearizable',
        'kv.revision-integrity',
        'kv.serializable-snapshot',
      ],
      because: 'nothing compares the database with those of the others: its wrong value is served',
    },
    cluster: ({ check }) => ({
      // The initial check of 3.5 knows its peers from the first snapshot on, and finds none before.
      snapshotCount: 100,
      extraFlags: [...flagsOf[check]],
    }),
    assertions: [
      corruptionFound(),
      durable(),
      converges(),
      // Under an alarm all writes are refused until the member is rebuilt.
      recoversWithin('40s'),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 20, faultLasted: '1s' }),
    ],
  },
  async ({ cluster, client, load, step, observe, random, parameters }) => {
    const { where, within } = parameters;
    const leader = await cluster.leader();
    const [follower] = random.sample(cluster.except(leader), 1);
    if (!follower) throw new Error('one member has no follower');
    const id = await step(`kill ${follower.name}, with the value in its database`, async () => {
      const put = await client(leader).must({ kind: 'put', key: 'drill/corruption', value });
      const { memberId } = await reaches(follower, put.revision);
      await databaseWritten(follower);
      await follower.kill();
      return memberId;
    });
    await using _ = await cluster.inject(damage(where, follower));
    await step('write on without it', () => load.run('1s'));
    const noticed = await step(`start ${follower.name}, which must be noticed`, async () => {
      await follower.start();
      return notice(cluster, { member: follower, id }, within);
    });
    if (noticed === 'alarm') observe('alarm', { alarm: 'CORRUPT' }, follower);
    await rebuildMember({ cluster, step, observe }, follower);
    if (noticed === 'alarm') await step('take the alarm off', () => disarm(leader));
    await step('go on', async () => {
      await cluster.converges({ within: '20s' });
      await load.run('2s');
    });
  },
);

const flagsOf = {
  initial: ['--initial-corrupt-check=true'],
  periodic: ['--corrupt-check-time=2s'],
  off: [],
} as const satisfies Record<string, readonly string[]>;

function damage(where: 'db' | 'wal' | 'wal-tail', member: Member): Damage {
  switch (where) {
    case 'db':
      return bitFlip(member, { file: 'db', at: { text: value } });
    case 'wal':
      return bitFlip(member, { file: 'wal', at: { percent: 50 } });
    case 'wal-tail':
      return truncate(member, { file: 'wal', percent: 90 });
  }
}

async function reaches(member: Member, revision: number) {
  const subject = `${member.name} at revision ${revision}`;
  return eventually({ subject, withinMs: 5000, code: exitCode.inconclusive }, async () => {
    const status = await member.admin.status();
    return status.revision >= revision ? status : undefined;
  });
}

/** Waits until what the member has applied by now stands in its database file: it commits by itself. */
async function databaseWritten({ name, clientAddress }: Member): Promise<void> {
  const commits = () =>
    readCounter(clientAddress, 'etcd_disk_backend_commit_duration_seconds_count', 2000);
  const wait = {
    subject: `The database of ${name}, written twice,`,
    withinMs: 10_000,
    code: exitCode.inconclusive,
  };
  const before = await eventually(wait, commits);
  await eventually(wait, async () => ((await commits()) ?? 0) >= before + 2 || undefined);
}

/** Waits until the damaged member has ended by itself, or an alarm names it. */
async function notice(
  cluster: Cluster,
  { member, id }: { readonly member: Member; readonly id: string },
  withinMs: number,
): Promise<'end' | 'alarm'> {
  const subject = `A sign of etcd that ${member.name} is damaged`;
  return eventually({ subject, withinMs, everyMs: 100, code: exitCode.violated }, async () => {
    if (member.state === 'exited') return 'end';
    const [asked] = cluster.except(member);
    const alarms = (await asked?.admin.alarms()) ?? [];
    const named = alarms.some(({ alarm, memberId }) => alarm === 'CORRUPT' && memberId === id);
    return named ? 'alarm' : undefined;
  });
}

async function disarm(asked: Member): Promise<void> {
  const subject = 'The end of the alarm';
  await eventually({ subject, withinMs: 20_000, code: exitCode.violated }, async () => {
    const alarms = await asked.admin.alarms();
    for (const alarm of alarms) await asked.admin.disarm(alarm);
    return alarms.length === 0 ? true : undefined;
  });
}
