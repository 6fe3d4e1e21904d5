import { spawn } from 'node:child_process';
import { Agent, type ClientRequestArgs } from 'node:http';
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

  override createConnection(_options: ClientRequestArgs): Duplex {
    return dial(this.#destination);
  }
}

function dial(destination: string): Duplex {
  // BatchMode: a question for a password would wait for ever behind the run's own output.
  const ssh = spawn(
    'ssh',
    [
      '-T',
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=10',
      '--',
      destination,
      'docker',
      'system',
      'dial-stdio',
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const stream = Duplex.from({ writable: ssh.stdin, readable: ssh.stdout });
  let complaint = '';
  ssh.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  ssh.on('error', (error) => stream.destroy(error));
  ssh.on('close', (status) => {
    if (status) stream.destroy(new Error(complaint.trim() || `ssh ended with status ${status}`));
  });
  stream.on('close', () => ssh.kill());
  // What http expects of a socket; a pipe has neither time-outs nor Nagle's delay.
  return Object.assign(stream, {
    setTimeout: () => stream,
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}
