import { writeVersions } from '../actions/write-versions.ts';
import {
  bandwidth,
  catchUpBySnapshot,
  choice,
  converges,
  durable,
  elects,
  exercised,
  integer,
  oneLeaderPerTerm,
  othersSpared,
  scenario,
  triggered,
  writeGapWithin,
} from '../index.ts';

const prefix = 'drill/versions/';

export default scenario(
  {
    summary:
      'Leave a follower behind until entries no longer help it: it is sent the whole database, and the others answer as before meanwhile.',
    teaches:
      'A leader keeps 5,000 entries for slow followers. Whoever missed more is sent a snapshot of the whole database, over the same link and from the same disk that serve everybody else: its time goes with the size of the database and the width of the link, and on a link too thin it never ends, as the cluster writes on.',
    matrix: { members: [3, 5, 7] },
    parameters: {
      megabytes: integer({ min: 1, max: 1000 }, 64, 'size of the database that is sent, in MiB'),
      link: choice(
        ['full', 'thin'],
        'full',
        'what the others can send the follower: all, or 1 Mbit/s each',
      ),
    },
    short: { megabytes: '8' },
    control: {
      set: { link: 'thin' },
      violates: ['timeline', 'converges'],
      because: 'through a thin link the snapshot does not arrive in time',
    },
    cluster: { snapshotCount: 100 },
    assertions: [
      triggered(),
      othersSpared({ by: '1s' }),
      writeGapWithin('1s', { during: 'let' }),
      elects(),
      durable(),
      converges(),
      oneLeaderPerTerm(),
      exercised({ writesDuringFault: 100, faultLasted: '1s' }),
    ],
  },
  async (stage) => {
    const { cluster, client, load, step, trigger, observe, nowMs, random, parameters } = stage;
    const leader = await cluster.leader();
    const [follower = leader] = random.sample(cluster.except(leader), 1);
    const others = cluster.except(follower);
    const { refusedWith } = await step(`write ${parameters.megabytes} MiB`, () =>
      writeVersions(client(leader), {
        prefix,
        keys: 40,
        valueBytes: 16 * 1024,
        totalBytes: parameters.megabytes * 1024 ** 2,
      }),
    );
    if (refusedWith !== undefined) trigger(false, `the database stayed small: ${refusedWith}`);
    const beforeFromMs = nowMs();
    await step('answer as usual', () => load.run('4s'));
    const beforeToMs = nowMs();
    await using _ =
      parameters.link === 'thin'
        ? await cluster.inject(bandwidth(others, [follower], { kbit: 1000 }))
        : undefined;
    const { fromMs, toMs } = await catchUpBySnapshot(stage, follower);
    // A quick snapshot leaves the others no time for answers enough: then a second of them counts.
    const untilMs = Math.max(toMs, fromMs + 1000);
    await step('answer on', () => load.run(Math.max(0, untilMs - nowMs())));
    observe('spared', { beforeFromMs, beforeToMs, fromMs, toMs: untilMs }, follower);
    await step('go on', async () => {
      await cluster.converges({ within: '15s' });
      await load.run('2s');
    });
  },
);
