import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * Carries each connection to the engine over `ssh <destination> docker system dial-stdio`, as the
 * `docker` command does: the user's own ssh reads the keys, known hosts and settings.
 */
export class SshAgent extends Agent {
  readonly #destination: string;

  constructor(destination: string) {
    super({ keepAlive: true });
    this.#destination = destination;
  }

  override createConnection(): Duplex {
    return new SshConnection(this.#destination);
  }
}

class SshConnection extends Duplex {
  readonly #ssh: ChildProcessWithoutNullStreams;

  constructor(destination: string) {
    super();
    // BatchMode: a question for a password would wait for ever behind the run's own output.
    const options = ['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'];
    this.#ssh = spawn('ssh', [...options, '--', destination, 'docker', 'system', 'dial-stdio']);
    let complaint = '';
    this.#ssh.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    this.#ssh.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#ssh.stdout.pause();
    });
    this.#ssh.stdin.on('error', () => {}); // The exit status says why it closed.
    this.#ssh.on('error', (error) => this.destroy(error));
    // Not at the end of stdout: only the status tells an end from a failure.
    this.#ssh.on('close', (status) => {
      if (status) this.destroy(new Error(complaint.trim() || `ssh ended with status ${status}`));
      else this.push(null);
    });
  }

  override _read(): void {
    this.#ssh.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#ssh.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#ssh.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#ssh.kill();
    done(error);
  }

  // What http calls on a socket; a pipe has neither time-outs nor Nagle's delay.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
