import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Session, openSession } from '../../src/cluster/session.ts';
import { connectEngine } from '../../src/engine/connect-engine.ts';
import { labels } from '../../src/engine/labels.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { silently } from '../fixtures/pods.ts';

const engine = await connectEngine({ env: process.env });
const started: Docker.Container[] = [];

async function startToolbox(): Promise<Docker.Container> {
  const container = await engine.docker.createContainer({
    Image: await ensureToolbox({ engine, announce: silently }),
    Entrypoint: ['sleep', '300'],
    Labels: { [labels.kind]: 'probe' },
    HostConfig: { NetworkMode: 'none', Init: true },
  });
  started.push(container);
  await container.start();
  return container;
}

let container: Docker.Container;
let session: Session;
beforeAll(async () => {
  container = await startToolbox();
  session = await openSession(container, 'the box');
}, 60_000);
afterAll(async () => {
  await session?.[Symbol.asyncDispose]();
  await Promise.all(started.map((each) => each.remove({ force: true }).catch(() => undefined)));
}, 60_000);

describe('a command', () => {
  test('ends with its code, its output and its errors apart', async () => {
    expect(await session.run('echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('may print nothing, or a last line without an end', async () => {
    expect(await session.run('true')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await session.must('printf "no end"')).toBe('no end');
    expect(await session.must('printf "größer 鍵\\n"')).toBe('größer 鍵\n');
  });

  test('may print a lot on both sides', async () => {
    const { stdout, stderr } = await session.run('seq 200000; seq 200000 >&2');
    const last = '199999\n200000\n';
    expect([stdout.length, stderr.length]).toEqual([1_288_895, 1_288_895]);
    expect([stdout.slice(-14), stderr.slice(-14)]).toEqual([last, last]);
  });

  test('leaves nothing to the next: no directory, variable or input', async () => {
    await session.must('cd /etc; left=behind; set -e');
    expect(await session.must('pwd; echo "[$left]"; false; cat; echo on')).toBe('/\n[]\non\n');
  });

  test('with a syntax error fails alone, and says where', async () => {
    const broken = await session.run('if then; fi (');
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toMatch(/[Ss]yntax error/);
    expect(await session.must('echo next')).toBe('next\n');
  });

  test.each(["echo 'unended", 'cat <<END\nunended', 'echo )', '# only a remark', 'exec true'])(
    'as odd as %j ends, and the next one works',
    async (script) => {
      await session.run(script, 2000);
      expect(await session.must('echo next')).toBe('next\n');
    },
  );

  test('that must work is an error with its name, code and last words', async () => {
    await expect(session.must('\n ls /no/such/place\ntrue && false')).rejects.toMatchObject({
      name: 'DrillError',
      message: expect.stringMatching(
        /^`ls \/no\/such\/place` failed in the box \(1\): ls: .*No such file or directory$/,
      ) as string,
      code: 3,
    });
  });

  test('comes after the one before it, however they were asked for', async () => {
    const slow = session.must('sleep 0.2; date +%s%N');
    const fast = session.must('date +%s%N');
    expect(Number(await slow)).toBeLessThan(Number(await fast));
    const many = Array.from({ length: 50 }, (_, index) => session.must(`echo ${index}`));
    expect(await Promise.all(many)).toEqual(many.map((__, index) => `${index}\n`));
  });
});

describe('a session ends', () => {
  test('by a command over its deadline: those that wait fail at once, with the reason', async () => {
    await using own = await openSession(container, 'the box');
    const late = own.run('sleep 30', 200);
    const next = own.run('echo next');
    const reason = 'the box did not finish `sleep 30` in 200 ms';
    await expect(late).rejects.toThrow(reason);
    await expect(next).rejects.toThrow(reason);
  });

  test('when its container is removed in the middle of a command', async () => {
    const doomed = await startToolbox();
    await using own = await openSession(doomed, 'the sidecar of m1');
    const running = own.run('sleep 30');
    const failure = expect(running).rejects.toMatchObject({
      name: 'DrillError',
      message: 'the shell in the sidecar of m1 ended: is the engine gone?',
    });
    await doomed.remove({ force: true });
    await failure;
    await expect(own.run('true')).rejects.toThrow('the shell in the sidecar of m1 ended');
  });

  test('when it is disposed of: the shell in the container goes too', async () => {
    const own = await openSession(container, 'the box');
    const pid = (await own.must('echo $PPID; exec sh -c "echo \\$PPID"')).trim().split('\n')[1];
    await own[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    await expect(own.run('true')).rejects.toThrow('the session with the box is closed');
    await expect
      .poll(async () => (await session.run(`kill -0 ${pid}`)).code, { timeout: 5000 })
      .not.toBe(0);
  });

  test('before it began, where the container does not run', async () => {
    const stopped = await startToolbox();
    await stopped.kill();
    await expect(openSession(stopped, 'the box')).rejects.toThrow(/is not running/);
  });
});
