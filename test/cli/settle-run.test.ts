import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFlags } from '../../src/cli/run-options.ts';
import { settleRun } from '../../src/cli/settle-run.ts';

let folder: string;
let mixed: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-settle-'));
  mixed = join(folder, 'mixed.ts');
  const source = `import { scenario } from 'etcd-drill';
export default scenario({ summary: 'mixed versions', cluster: { etcd: ['3.4.23', '3.5.16'] }, assertions: [] }, async () => {});`;
  writeFileSync(mixed, source);
});
afterAll(() => rmSync(folder, { recursive: true }));

const flags = (changed: Partial<RunFlags>): RunFlags => ({
  drills: ['partition'],
  set: [],
  short: false,
  control: false,
  matrix: false,
  bail: false,
  keep: false,
  output: folder,
  ...changed,
});

describe('versions per member', () => {
  const versions = async (changed: Partial<RunFlags>, config = {}) =>
    (await settleRun(flags(changed), config)).cells.map(({ etcd }) => etcd);

  test('are the default without any being asked for', async () => {
    expect(await versions({})).toEqual([[undefined]]);
  });

  test('come from the command, then the configuration, then the drill', async () => {
    const config = { etcd: '3.5.16' };
    expect(await versions({ drills: [mixed] })).toEqual([['3.4.23', '3.5.16']]);
    expect(await versions({ drills: [mixed] }, config)).toEqual([['3.5.16']]);
    expect(await versions({ drills: [mixed], etcd: '3.7.3,deb:trixie' }, config)).toEqual([
      ['3.7.3', 'deb:trixie'],
    ]);
  });

  test('are refused where there are more of them than members', async () => {
    await expect(versions({ etcd: '3.7.3,3.7.3,3.7.3,3.7.3' })).rejects.toThrow(
      '4 etcd versions (3.7.3, 3.7.3, 3.7.3, 3.7.3) for 3 members: name one per member at most.',
    );
  });
});

describe('versions that a drill changes to', () => {
  const upgrade = (): string => {
    const path = join(folder, 'upgrade.ts');
    const source = `import { scenario, version } from 'etcd-drill';
export default scenario({ summary: 'upgrade', parameters: { to: version('3.6.16', 'where to') },
  cluster: { etcd: ['3.5.35'] },
  images: ({ to }) => { if (to === '3.4.23') throw new Error('not to 3.4.23'); return [to]; },
  assertions: [] }, async () => {});`;
    writeFileSync(path, source);
    return path;
  };
  const settled = async (changed: Partial<RunFlags>, config = {}) => {
    const [only] = (await settleRun(flags({ drills: [upgrade()], ...changed }), config)).cells;
    return { etcd: only?.etcd, later: only?.later, notices: only?.notices };
  };

  test('follow from its parameters, and it starts with its own', async () => {
    const own = { etcd: ['3.5.35'], later: ['3.6.16'], notices: [] };
    expect(await settled({})).toEqual(own);
    expect(await settled({}, { etcd: '3.7.3' })).toEqual(own);
    expect(await settled({ set: ['to=3.7.3'] })).toMatchObject({ later: ['3.7.3'] });
  });

  test('stay where the command asks for another, which a notice says', async () => {
    expect(await settled({ etcd: '3.4.23' })).toEqual({
      etcd: ['3.5.35'],
      later: ['3.6.16'],
      notices: ['`--etcd 3.4.23` does not apply: upgrade names its own versions.'],
    });
  });

  test('are refused before anything starts where they cannot be made', async () => {
    await expect(settled({ set: ['to=3.4.23'] })).rejects.toThrow(
      `The versions of ${upgrade()} cannot be made: not to 3.4.23`,
    );
  });
});

describe('settings that a drill comes with', () => {
  const file = (): string => {
    const path = join(folder, 'preset.ts');
    const source = `import { duration, flag, scenario } from 'etcd-drill';
export default scenario({ summary: 'presets', parameters: { hold: duration('10s', 'h'), heal: flag(true, 'h') },
  short: { hold: '2s' }, control: { set: { heal: 'false' }, violates: ['converges'], because: 'it stays' },
  assertions: [] }, async () => {});`;
    writeFileSync(path, source);
    return path;
  };
  const settled = async (changed: Partial<RunFlags>) => {
    const [only] = (await settleRun(flags({ drills: [file()], ...changed }), {})).cells;
    return only?.cell;
  };

  test('serve only where they are asked for', async () => {
    expect(await settled({})).toMatchObject({ parameters: { hold: 10_000, heal: true } });
    expect(await settled({ short: true })).toMatchObject({
      parameters: { hold: 2000, heal: true },
    });
  });

  test('the control changes its one setting, and the cell knows that it is the control', async () => {
    const cell = await settled({ control: true });
    expect(cell?.parameters).toEqual({ hold: 10_000, heal: false });
    expect(cell?.control?.violates).toEqual(['converges']);
    expect((await settled({}))?.control).toBeUndefined();
  });

  test('what is set by hand goes first', async () => {
    const cell = await settled({ short: true, set: ['hold=7s'] });
    expect(cell?.parameters).toEqual({ hold: 7000, heal: true });
  });

  test('a drill without a control is refused by name', async () => {
    await expect(settleRun(flags({ drills: [mixed], control: true }), {})).rejects.toThrow(
      'mixed has no control: see `drill list` for drills that have one.',
    );
  });
});

test('a number of operations that is none is refused', async () => {
  expect((await settleRun(flags({ operations: '5000' }), {})).operations).toBe(5000);
  await expect(settleRun(flags({ operations: 'many' }), {})).rejects.toThrow(
    '`--operations many`: expected a whole number up to 9999999.',
  );
});

test('assertions that cannot be made are refused before anything starts', async () => {
  const broken = join(folder, 'broken.ts');
  const source = `import { scenario } from 'etcd-drill';
export default scenario({ summary: 'broken', assertions: () => { throw new Error('no such bound'); } }, async () => {});`;
  writeFileSync(broken, source);
  await expect(settleRun(flags({ drills: [broken] }), {})).rejects.toThrow(
    `The assertions of ${broken} cannot be made: no such bound`,
  );
});

test('cluster and load are made from the parameters where the drill says so', async () => {
  const made = join(folder, 'made.ts');
  const source = `import { duration, scenario } from 'etcd-drill';
export default scenario({
  summary: 'made',
  parameters: { heartbeat: duration('20ms', 'how often'), election: duration('200ms', 'how long') },
  cluster: ({ heartbeat, election }) => ({ heartbeatMs: heartbeat, electionMs: election }),
  load: ({ heartbeat }) => ({ clients: heartbeat - 500 }),
  assertions: [],
}, async () => {});`;
  writeFileSync(made, source);
  const set = ['heartbeat=501ms', 'election=9s'];
  const { cells } = await settleRun(flags({ drills: [made], set }), {});
  expect(cells.map(({ spec }) => [spec.heartbeatMs, spec.electionMs])).toEqual([[501, 9000]]);
  await expect(settleRun(flags({ drills: [made] }), {})).rejects.toThrow('load.clients is -480');
});

test('a load that cannot be run is refused before anything starts', async () => {
  const idle = join(folder, 'idle.ts');
  const source = `import { scenario } from 'etcd-drill';
export default scenario({ summary: 'idle', load: { clients: 0 }, assertions: [] }, async () => {});`;
  writeFileSync(idle, source);
  await expect(settleRun(flags({ drills: [idle] }), {})).rejects.toThrow(
    'The load cannot be run: load.clients is 0: Too small: expected number to be >=1.',
  );
});

describe('cells', () => {
  test('are the first documented size, all of them, or the one asked for', async () => {
    const sizes = async (changed: Partial<RunFlags>) =>
      (await settleRun(flags(changed), {})).cells.map(({ spec }) => spec.members);
    expect(await sizes({})).toEqual([3]);
    expect(await sizes({ matrix: true })).toEqual([3, 5, 7]);
    expect(await sizes({ members: '4' })).toEqual([4]);
    await expect(sizes({ members: '10' })).rejects.toThrow(
      '`--members 10`: expected a whole number from 1 to 9.',
    );
  });
});
