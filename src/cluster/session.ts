import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { DrillError } from '../errors.ts';
import { UndoTaken, injectedBy, undoTakenStatus, whileRegistered } from './injection.ts';
import { quoted } from '../quoted.ts';

/** What one command in a session printed and returned. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * One shell kept open in a container, so that a command costs a fork and not an exec. Commands run
 * one after another, each in a subshell of its own, with nothing on standard input.
 */
export interface Session extends AsyncDisposable {
  /** Runs `script` and returns its end, whatever it is. */
  run(script: string, deadlineMs?: number): Promise<CommandResult>;
  /** Runs `script`, which must exit 0, and returns what it printed. */
  must(script: string, deadlineMs?: number): Promise<string>;
}

const defaultDeadlineMs = 10_000;
const startsWithinMs = 180_000;

/** A command quicker than this (the lease's renewal) is not worth a line in the log. */
const quickMs = 5;

/** Opens a shell in a running container; `name` is for messages. */
export async function openSession(
  container: Docker.Container,
  name: string,
  log?: Logger,
): Promise<Session> {
  const exec = await container.exec({
    Cmd: ['sh'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const stdout = new MarkedOutput();
  const stderr = new MarkedOutput();
  container.modem.demuxStream(stream, stdout.sink, stderr.sink);

  let broken: Error | undefined;
  const breakWith = (error: Error) => {
    broken ??= error;
    stdout.fail(broken);
    stderr.fail(broken);
    stream.destroy();
  };
  const closed = () => breakWith(new DrillError(`the shell in ${name} ended: is the engine gone?`));
  stream.on('error', (error: Error) =>
    breakWith(new DrillError(`the shell in ${name} broke: ${error.message}`)),
  );
  stream.on('close', closed);
  stream.on('end', closed);

  let sequence = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const runNow = async (
    script: string,
    deadlineMs: number,
    fault: string | undefined,
  ): Promise<CommandResult> => {
    if (broken) throw broken;
    const startedAt = performance.now();
    const marker = `\u0001${++sequence}`;
    const timer = setTimeout(
      () =>
        breakWith(
          new DrillError(`${name} did not finish \`${firstLine(script)}\` in ${deadlineMs} ms`),
        ),
      deadlineMs,
    );
    const ends = Promise.all([stdout.until(marker), stderr.until(marker)]);
    const sent = fault === undefined ? script : whileRegistered(fault, script, deadlineMs);
    // As one word: a syntax error in it must end the subshell, not the session.
    stream.write(
      `( eval ${quoted(sent)} ) </dev/null; printf '${marker} %s\\n' $?; printf '${marker} 0\\n' >&2\n`,
    );
    try {
      const [out, err] = await ends;
      const tookMs = performance.now() - startedAt;
      if (tookMs > quickMs) log?.debug({ in: name, script, code: out.code, tookMs }, 'command');
      return { code: out.code, stdout: out.text, stderr: err.text };
    } finally {
      clearTimeout(timer);
    }
  };

  const runNext = (script: string, deadlineMs: number, fault?: string): Promise<CommandResult> => {
    const result = queue.then(() => runNow(script, deadlineMs, fault));
    queue = result.catch(() => undefined);
    return result;
  };
  const run = async (script: string, deadlineMs = defaultDeadlineMs): Promise<CommandResult> => {
    const fault = injectedBy(session);
    const result = await runNext(script, deadlineMs, fault);
    if (fault === undefined || result.code !== undoTakenStatus) return result;
    throw new UndoTaken(`${name} took ${fault} off while it was being injected`);
  };

  // A busy engine takes seconds to start a shell, and minutes to start several where it is emulated:
  // no command's own deadline shall pay for that.
  await runNext('true', startsWithinMs);
  const session: Session = {
    run,
    async must(script, deadlineMs) {
      const result = await run(script, deadlineMs);
      if (result.code === 0) return result.stdout;
      const said = (result.stderr || result.stdout).trim();
      throw new DrillError(`\`${firstLine(script)}\` failed in ${name} (${result.code}): ${said}`);
    },
    async [Symbol.asyncDispose]() {
      stream.off('close', closed);
      stream.off('end', closed);
      breakWith(new DrillError(`the session with ${name} is closed`));
    },
  };
  return session;
}

const firstLine = (script: string): string => script.trim().split('\n', 1)[0] ?? '';

/** Collects a stream's text up to a marker line that carries an exit code. */
class MarkedOutput {
  readonly sink = new PassThrough({ encoding: 'utf8' });
  #text = '';
  #waiting:
    | {
        marker: string;
        resolve: (end: { text: string; code: number }) => void;
        reject: (e: Error) => void;
      }
    | undefined;

  constructor() {
    this.sink.on('data', (chunk: string) => {
      this.#text += chunk;
      this.#settle();
    });
  }

  until(marker: string): Promise<{ text: string; code: number }> {
    return new Promise((resolve, reject) => {
      this.#waiting = { marker, resolve, reject };
      this.#settle();
    });
  }

  fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #settle(): void {
    if (!this.#waiting) return;
    const start = this.#text.indexOf(`${this.#waiting.marker} `);
    const end = start < 0 ? -1 : this.#text.indexOf('\n', start);
    if (end < 0) return;
    const code = Number(this.#text.slice(start + this.#waiting.marker.length + 1, end));
    const text = this.#text.slice(0, start);
    this.#text = this.#text.slice(end + 1);
    this.#waiting.resolve({ text, code });
    this.#waiting = undefined;
  }
}
