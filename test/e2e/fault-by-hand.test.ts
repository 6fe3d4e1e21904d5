import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultKinds } from '../../src/faults/registry.ts';
import { docker, faultRules, onEngine } from '../fixtures/docker.ts';
import { type Started, drill, startDrill } from '../fixtures/drill.ts';
import { until } from '../fixtures/until.ts';
import { keptCluster } from '../fixtures/kept-cluster.ts';

let run: string;
beforeAll(async () => {
  run = await keptCluster('by-hand', { mapper: false });
});
afterAll(async () => {
  await drill(['clean', run]);
  expect(await onEngine(run)).toEqual([]);
});

const sidecars = (): string[] => ['m1', 'm2', 'm3'].map((name) => `drill-${run}-${name}-net`);
const rules = async (): Promise<string[]> =>
  (await Promise.all(sidecars().map((name) => faultRules(name)))).flat();
const onRun = async () =>
  JSON.parse((await drill(['fault', 'list', '--on', run, '--json'])).stdout) as {
    fault: string;
    owner: string;
    title: string;
  }[];

async function partitioned(): Promise<Started & { readonly fault: string }> {
  const words = ['fault', 'inject', 'partition', '--on', run, '--target', 'm1', '--for', '5m'];
  const started = startDrill(words);
  const [held] = await until('A fault on the run', 60_000, async () => {
    const faults = await onRun();
    return faults.length > 0 && (await rules()).length > 0 ? faults : undefined;
  });
  return { ...started, fault: held?.fault ?? '' };
}

test('the list has every fault of the library', async () => {
  const { stdout } = await drill(['fault', 'list', '--json']);
  const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(faultKinds.map(({ name }) => name));
});

test('a dry run prints the commands and touches nothing', async () => {
  const before = await onEngine(run);
  const words = ['fault', 'inject', 'partition', '--on', run, '--target', 'm1', '--dry-run'];
  const { exitCode, stdout } = await drill(words);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    '# cut m1 off from m2, m3 (peer traffic): nothing was touched\n# inject\n',
  );
  expect(stdout).toContain(`docker exec drill-${run}-m1-net sh -c 'iptables-restore`);
  expect(await rules()).toEqual([]);
  expect(await onEngine(run)).toEqual(before);
});

test('is healed by its id from another terminal, and the one that held it says so', async () => {
  await using held = await partitioned();
  const healed = await drill(['fault', 'heal', held.fault, '--on', run]);
  expect(healed).toMatchObject({
    exitCode: 0,
    stdout: `took off ${held.fault}: cut m1 off from m2, m3 (peer traffic)`,
  });
  expect(await rules()).toEqual([]);
  const { exitCode, stdout } = await held.ended;
  expect(stdout).toContain('  did not bite: ');
  expect(exitCode).toBe(2);
});

test('all are healed at once, and a member that is down is started', async () => {
  await using held = await partitioned();
  await using down = startDrill(['fault', 'inject', 'kill', '--on', run, '--target', 'm3']);
  await until('A member that is down', 60_000, async () => {
    const format = ['--format', '{{.State.Running}}'];
    return (await docker(['inspect', ...format, `drill-${run}-m3`])) === 'false' || undefined;
  });
  down.signal('SIGKILL');
  const { exitCode, stdout } = await drill(['fault', 'heal', '--all', '--on', run]);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `took off ${held.fault}: cut m1 off from m2, m3 (peer traffic)`,
    'm3: started',
  ]);
  expect((await held.ended).exitCode).toBe(2);
  expect((await drill(['fault', 'heal', '--all', '--on', run])).stdout).toBe(
    `there is nothing to heal on ${run}`,
  );
});

test.each([
  [
    ['inject', 'partitoin'],
    'There is no fault `partitoin`: did you mean `partition`? See `drill fault list`.',
  ],
  [
    ['inject', 'power-loss'],
    'Nothing takes power-loss back: the member must be rebuilt or the cluster thrown away. Name it a second time to do it: `--irreversible power-loss`.',
  ],
  [['inject', 'partition', '--for', 'ever'], '`--for ever`: "ever" is not a duration'],
  [['inject', 'partition', '--target', 'm9'], 'There is no target `m9`: did you mean `m1`?'],
  [['inject', 'partition', '--target', 'all'], 'A partition needs members on both sides'],
  [['heal'], 'Name one fault, or `--all`. See `drill fault list --on <run>`.'],
  [['heal', 'f99'], 'There is no fault `f99` on '],
])('`drill fault %j` is refused by name', async (words, message) => {
  const { exitCode, stderr } = await drill(['fault', ...words, '--on', run]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(message);
});

test('an unknown run is refused with the nearest', async () => {
  const { exitCode, stderr } = await drill(['fault', 'inject', 'partition', '--on', `${run}x`]);
  expect(exitCode).toBe(3);
  expect(stderr).toBe(
    `drill: There is no run \`${run}x\` on the engine: did you mean \`${run}\`?\n`.trimEnd(),
  );
});
