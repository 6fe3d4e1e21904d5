import { connect } from 'node:net';
import { DrillError } from '../errors.ts';

/** An address that somebody may answer at. */
export interface Address {
  readonly text: string;
  readonly host: string;
  readonly port: number;
  /** Of an old cluster of whose addresses the plan has none: whoever lives there is only told about. */
  readonly isBeside: boolean;
}

/** `silent` may be off, or cut off from this host; `unresolvable` has a name that means no address. */
export type Answer = 'accepted' | 'refused' | 'silent' | 'unresolvable';
export interface Asked extends Address {
  readonly answer: Answer;
}

/** `http://host:port` each, as peer URLs are. */
export function addressesOf(urls: readonly string[], { isBeside = false } = {}): Address[] {
  return [...new Set(urls)].map((text) => {
    const { hostname, port, protocol } = new URL(text);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    // An URL hides the port that is its scheme's own.
    const usual = protocol === 'https:' ? 443 : 80;
    const shown = text.replace(/^http:\/\//, '');
    return { text: shown, host, port: port === '' ? usual : Number(port), isBeside };
  });
}

/** Tries to connect to all of them at once. */
export function askAll(addresses: readonly Address[]): Promise<Asked[]> {
  return Promise.all(
    addresses.map(async (address) => ({ ...address, answer: await answerOf(address) })),
  );
}

/**
 * Throws a `DrillError` while anything accepts connections: a member of the old cluster, frozen or
 * not, beside which a restored one must never start. So does a name that nobody can be asked by.
 */
export function refuseLiving(asked: readonly Asked[]): void {
  const own = asked.filter(({ isBeside }) => !isBeside);
  const living = own.find(({ answer }) => answer === 'accepted');
  if (living !== undefined)
    throw new DrillError(
      `${living.text} accepts connections: the old cluster lives, or something else is there. A restore makes a new cluster that knows nothing of the old one, so all members of that are stopped first, for good. ` +
        'To replace one lost member of a living cluster, restore nothing: its log would be older than what it once acknowledged. `etcdctl member remove ID`, `etcdctl member add NAME --peer-urls=URL`, and start it with an empty data directory and `--initial-cluster-state existing`: the others send it what it needs.',
    );
  const unknown = own.find(({ answer }) => answer === 'unresolvable');
  if (unknown !== undefined)
    throw new DrillError(
      `Nobody can tell whether a member lives at ${unknown.text}: this host finds no address for ${unknown.host}. Correct the name, give it its address (DNS, \`/etc/hosts\`), or restore at other addresses with \`--new-addresses\`.`,
    );
}

const answersWithinMs = 2000;
/** The kernel's own word that the host is there and the port is not. */
const refusals = new Set(['ECONNREFUSED', 'ECONNRESET']);
const unresolvables = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NONAME', 'EAI_NODATA']);

function answerOf({ host, port }: Address): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answersWithinMs, () => end('silent'));
    socket.once('connect', () => end('accepted'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      if (unresolvables.has(code)) end('unresolvable');
      else end(refusals.has(code) ? 'refused' : 'silent');
    });
  });
}
