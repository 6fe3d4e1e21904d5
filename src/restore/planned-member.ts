import { DrillError } from '../errors.ts';

/** One member of the cluster that a restore makes. */
export interface PlannedMember {
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Where its data goes on this host; absent for a member on another one. */
  readonly dataDir?: string;
}

/** `m1=http://10.0.0.1:2380,http://…` */
export const initialCluster = (members: readonly PlannedMember[]): string =>
  members.flatMap(({ name, peerUrls }) => peerUrls.map((url) => `${name}=${url}`)).join(',');

/**
 * Reads `--member NAME=PEER-URL[,PEER-URL][=DATA-DIR]`, once for every member of the new cluster.
 * Throws a `DrillError` for what is none, or contradicts another.
 */
export function readMembers(texts: readonly string[]): PlannedMember[] {
  const members = texts.map(readMember);
  if (members.length === 0)
    throw new DrillError(
      'A restore makes a new cluster, so it needs all its members: write `--member NAME=PEER-URL=DATA-DIR` for each on this host, and `--member NAME=PEER-URL` for each on another.',
    );
  refuseTwice(members, 'name', ({ name }) => [name]);
  refuseTwice(members, 'peer address', ({ peerUrls }) => peerUrls);
  refuseTwice(members, 'data directory', ({ dataDir }) => (dataDir === undefined ? [] : [dataDir]));
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
  return { name, peerUrls, ...(rest.length > 0 && { dataDir: dataDir.replace(/(?<=.)\/+$/, '') }) };
}

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
