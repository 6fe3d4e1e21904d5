import { connect } from 'node:net';
import { DrillError } from '../errors.ts';
import type { PlannedMember } from './planned-member.ts';

/** An address that somebody may answer at, and what is expected there. */
export interface Address {
  readonly text: string;
  readonly host: string;
  readonly port: number;
}

/** What a restore asks before it begins: the old cluster's endpoints, and where its own members will be. */
export function addressesOf(
  endpoints: readonly string[],
  members: readonly PlannedMember[],
): Address[] {
  const urls = members.flatMap(({ peerUrls }) => peerUrls);
  return [...endpoints.map((address) => `http://${address}`), ...urls].map((text) => {
    const { hostname, port, protocol } = new URL(text);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    // An URL hides the port that is its scheme's own.
    const usual = protocol === 'https:' ? 443 : 80;
    return { text: text.replace(/^http:\/\//, ''), host, port: port === '' ? usual : Number(port) };
  });
}

/**
 * Throws a `DrillError` while anything accepts connections at one of the addresses: a member of the
 * old cluster, frozen or not, beside which a restored one must never start.
 */
export async function refuseLiving(addresses: readonly Address[]): Promise<void> {
  const answers = await Promise.all(addresses.map(answersAt));
  const living = addresses.find((_address, index) => answers[index]);
  if (living === undefined) return;
  throw new DrillError(
    `${living.text} accepts connections: the old cluster lives, or something else is there. A restore makes a new cluster that knows nothing of the old one, so all members of that are stopped first, for good. ` +
      'To replace one lost member of a living cluster, restore nothing: its log would be older than what it once acknowledged. `etcdctl member remove ID`, `etcdctl member add NAME --peer-urls=URL`, and start it with an empty data directory and `--initial-cluster-state existing`: the others send it what it needs.',
  );
}

const answersWithinMs = 2000;

function answersAt({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(answersWithinMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
