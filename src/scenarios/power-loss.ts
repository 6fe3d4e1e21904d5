import {
  choice,
  converges,
  durable,
  duration,
  exercised,
  oneLeaderPerTerm,
  powerLoss,
  quorum,
  recoversWithin,
  scenario,
  syncDisks,
} from '../index.ts';

export default scenario(
  {
    summary:
      'Cut the power of one member, a majority or all: what was acknowledged must be there when it is back.',
    teaches:
      'etcd acknowledges a write only once a majority has synced it, so with its defaults no power loss takes one back, not even of all members at once. `--unsafe-no-fsync` gives that up: hundreds of acknowledged writes are gone, and a member may not start again.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      members: choice(
        ['all', 'majority', 'one'],
        'all',
        'whose power is cut: every member, the smallest majority with the leader, or the leader',
      ),
      fsync: choice(
        ['on', 'off'],
        'on',
        "etcd's default, or `--unsafe-no-fsync`: nothing is ever synced",
      ),
      hold: duration('5s', 'how long the power stays off'),
    },
    short: { hold: '3s' },
    control: {
      set: { fsync: 'off' },
      // A cluster that forgot may break any promise about what it held, and may not come back whole.
      violates: [
        'durable',
        'converges',
        'one-leader-per-term',
        'recovers-within',
        'kv.linearizable',
        'kv.revision-integrity',
        'kv.serializable-snapshot',
        'kv.serializable-monotonic',
        'watch.ordered',
        'watch.unique',
        'watch.reliable',
        'watch.resumable',
        'watch.is-create',
        'timeline',
      ],
      because: 'etcd then acknowledges writes that are in no file yet that a power loss leaves',
    },
    cluster: ({ fsync }) => ({
      disks: { data: 400 * 1024 * 1024 },
      extraFlags: fsync === 'off' ? ['--unsafe-no-fsync'] : [],
    }),
    assertions: ({ hold }) => [
      durable(),
      // Counted from the last acknowledged write: without a quorum none comes while the power is off.
      recoversWithin(hold + 15_000),
      converges(),
      oneLeaderPerTerm(),
      // Of what is left where one member lost its power; the others take a while to elect.
      exercised({ writesDuringFault: 20, faultLasted: hold }),
    ],
  },
  async ({ cluster, load, step, random, parameters }) => {
    const { members, hold } = parameters;
    // As after a start long ago: the loss is of what is written from here on, not of a whole member.
    await step('sync the disks', () => syncDisks(cluster.members));
    await step('write on', () => load.run('3s'));
    const leader = await cluster.leader();
    const followers = cluster.except(leader);
    const others = { all: followers.length, majority: quorum(followers.length + 1) - 1, one: 0 };
    const struck = [leader, ...random.sample(followers, others[members])];
    const names = struck.map(({ name }) => name).join(', ');
    await step(`cut the power of ${names}`, async () => {
      await using _ = await cluster.inject(powerLoss(struck));
      await load.run(hold);
    });
    await step('bring the power back', async () => {
      await Promise.all(struck.map((member) => member.start()));
      await cluster.converges({ within: '20s' });
      await load.run('3s');
    });
  },
);
