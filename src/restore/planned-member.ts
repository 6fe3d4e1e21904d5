import { DrillError } from '../errors.ts';

/** One member of the cluster that a restore makes. */
export interface PlannedMember {
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Where its data goes on this host; absent for a member on another one. */
  readonly dataDir?: string;
  /** Where its write-ahead log goes, if not into its data directory: etcd's own `--wal-dir`. */
  readonly walDir?: string;
}

/** A member whose data goes to this host. */
export type LocalMember = PlannedMember & { readonly dataDir: string };

export const localMembers = ({
  members,
}: {
  readonly members: readonly PlannedMember[];
}): LocalMember[] =>
  members.filter((member): member is LocalMember => member.dataDir !== undefined);

/** `m1=http://10.0.0.1:2380,http://…` */
export const initialCluster = (members: readonly PlannedMember[]): string =>
  members.flatMap(({ name, peerUrls }) => peerUrls.map((url) => `${name}=${url}`)).join(',');

/**
 * Reads `--member NAME=PEER-URL[,PEER-URL][=DATA-DIR]`, once for every member of the new cluster, and
 * `--wal-dir NAME=WAL-DIR` for those whose log is on another disk. Throws a `DrillError` for what is
 * none, or contradicts another.
 */
export function readMembers(
  texts: readonly string[],
  walTexts: readonly string[] = [],
): PlannedMember[] {
  const members = withWalDirs(texts.map(readMember), walTexts);
  if (members.length === 0)
    throw new DrillError(
      'A restore makes a new cluster, so it needs all its members: write `--member NAME=PEER-URL=DATA-DIR` for each on this host, and `--member NAME=PEER-URL` for each on another.',
    );
  refuseTwice(members, 'name', ({ name }) => [name]);
  refuseTwice(members, 'peer address', ({ peerUrls }) => peerUrls);
  refuseTwice(members, 'directory', ({ dataDir, walDir }) =>
    [dataDir, walDir].filter((path) => path !== undefined),
  );
  if (members.every(({ dataDir }) => dataDir === undefined))
    throw new DrillError(
      'No `--member` has a data directory, so nothing would be restored on this host: write `--member NAME=PEER-URL=DATA-DIR` for those that live here.',
    );
  return members;
}

function readMember(text: string): PlannedMember {
  const wrong = (what: string): DrillError =>
    new DrillError(
      `\`--member ${text}\` ${what}: expected NAME=PEER-URL=DATA-DIR, for example m1=http://10.0.0.1:2380=/var/lib/etcd, without =DATA-DIR for a member on another host.`,
    );
  const [name = '', urls = '', ...rest] = text.split('=');
  if (name === '' || /[,\s]/.test(name)) throw wrong('has no name');
  const peerUrls = urls.split(',');
  const bad = peerUrls.find((url) => !isPeerUrl(url));
  if (bad !== undefined) throw wrong(`has the peer address "${bad}"`);
  const dataDir = rest.join('=');
  if (rest.length > 0 && !dataDir.startsWith('/'))
    throw wrong(`has the data directory "${dataDir}", which is no absolute path`);
  return { name, peerUrls, ...(rest.length > 0 && { dataDir: withoutSlash(dataDir) }) };
}

function withWalDirs(members: readonly PlannedMember[], texts: readonly string[]): PlannedMember[] {
  const walDirs = new Map<string, string>();
  for (const text of texts) {
    const wrong = (what: string): DrillError =>
      new DrillError(
        `\`--wal-dir ${text}\` ${what}: expected NAME=WAL-DIR, for example m1=/var/lib/etcd-wal, for a \`--member\` with a data directory on this host.`,
      );
    const [name = '', ...rest] = text.split('=');
    const path = withoutSlash(rest.join('='));
    const dataDir = members.find((member) => member.name === name)?.dataDir;
    if (dataDir === undefined) throw wrong(`names no member that is restored here ("${name}")`);
    if (!path.startsWith('/')) throw wrong(`has "${path}", which is no absolute path`);
    if (path.startsWith(`${dataDir}/`)) throw wrong('lies in the data directory of the member');
    if (walDirs.has(name)) throw wrong(`is the second of ${name}`);
    walDirs.set(name, path);
  }
  return members.map((member) => {
    const walDir = walDirs.get(member.name);
    return walDir === undefined ? member : { ...member, walDir };
  });
}

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');

/** As etcd reads it: a scheme, a host and a port, and nothing else. */
function isPeerUrl(text: string): boolean {
  return /^https?:\/\/(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}$/.test(text);
}

function refuseTwice(
  members: readonly PlannedMember[],
  what: string,
  values: (member: PlannedMember) => readonly string[],
): void {
  const owners = new Map<string, string>();
  for (const member of members) {
    for (const value of values(member)) {
      const other = owners.get(value);
      if (other !== undefined)
        throw new DrillError(
          `The ${what} ${value} is planned twice, for ${other} and for ${member.name}: every member has its own.`,
        );
      owners.set(value, member.name);
    }
  }
}
