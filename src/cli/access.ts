import { readFileSync } from 'node:fs';
import { DrillError, messageOf } from '../errors.ts';
import type { EtcdTarget } from '../etcd/client.ts';

/** Flags of every command that speaks to a cluster of the user's. */
export type AccessFlags = {
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly user?: string;
  readonly 'password-file'?: string;
};

export const accessOptions = {
  cacert: { type: 'string', describe: "File with the authority of the members' certificates" },
  cert: { type: 'string', describe: 'File with the certificate of a client' },
  key: { type: 'string', describe: 'File with the key of that certificate' },
  user: { type: 'string', describe: 'Name of a user; the password is in DRILL_PASSWORD, or' },
  'password-file': { type: 'string', describe: 'A file with nothing but the password' },
} as const;

/**
 * The endpoints of `--endpoints a,b`, each `host:port`, `http://host:port` or `https://host:port`,
 * with what the flags say about reaching them. Without a scheme it is https where the flags name
 * certificates.
 */
export function readEndpoints(
  text: string,
  flags: AccessFlags,
  env: NodeJS.ProcessEnv,
): EtcdTarget[] {
  const tls = readTls(flags);
  const credentials = readCredentials(flags, env);
  return text.split(',').map((endpoint) => {
    const { scheme, address } = parse(endpoint.trim(), tls === undefined ? 'http' : 'https');
    if (scheme === 'http' && tls !== undefined) {
      throw new DrillError(
        `\`--endpoints ${endpoint}\` is without TLS, and certificates are named: write https://, or leave \`--cacert\`, \`--cert\` and \`--key\` out.`,
      );
    }
    return {
      member: address,
      address,
      ...(scheme === 'https' && { tls: tls ?? {} }),
      ...(credentials && { credentials }),
    };
  });
}

function parse(endpoint: string, usual: 'http' | 'https') {
  const [, scheme = usual, address = ''] = /^(?:(\w+):\/\/)?(.*?)\/?$/.exec(endpoint) ?? [];
  const isAddress = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d+$/.test(address);
  if (!isAddress || (scheme !== 'http' && scheme !== 'https')) {
    throw new DrillError(
      `\`--endpoints ${endpoint}\` is no endpoint of a member: expected host:port, http://host:port or https://host:port, several with commas.`,
    );
  }
  return { scheme, address };
}

function readTls({ cacert, cert, key }: AccessFlags): EtcdTarget['tls'] {
  if (cacert === undefined && cert === undefined && key === undefined) return undefined;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['--key', '--cert'] : ['--cert', '--key'];
    throw new DrillError(
      `\`${given}\` is given without \`${missing}\`: a client's certificate and its key go together.`,
    );
  }
  return {
    ...(cacert !== undefined && { ca: read('--cacert', cacert) }),
    ...(cert !== undefined && { cert: read('--cert', cert) }),
    ...(key !== undefined && { key: read('--key', key) }),
  };
}

/** The password never stands in the command line: every user of the machine can read that. */
export function readCredentials(
  { user, 'password-file': file }: AccessFlags,
  env: NodeJS.ProcessEnv,
): EtcdTarget['credentials'] {
  if (user === undefined) {
    if (file === undefined) return undefined;
    throw new DrillError('`--password-file` is given without a name: add `--user NAME`.');
  }
  const colon = user.indexOf(':');
  if (colon >= 0) {
    throw new DrillError(
      `\`--user ${user.slice(0, colon)}:…\` has a password, which everybody on this machine can read in the list of processes: set DRILL_PASSWORD or name a file with \`--password-file\`.`,
    );
  }
  const password =
    file === undefined
      ? env['DRILL_PASSWORD']
      : read('--password-file', file)
          .toString()
          .replace(/\r?\n$/, '');
  if (password === undefined || password === '') {
    throw new DrillError(
      `\`--user ${user}\` has no password: set DRILL_PASSWORD or name a file with \`--password-file\`.`,
    );
  }
  return { user, password: () => password };
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DrillError(
      `\`${flag} ${path}\` cannot be read: ${messageOf(error)}. Name a file that you may read.`,
      undefined,
      error,
    );
  }
}
