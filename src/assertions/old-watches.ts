import { type JournalEventOf } from '../journal/events.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import type { Verdict } from '../verdict.ts';
import type { Assertion } from './assertion.ts';
import { conclude } from './evidence/conclude.ts';

const judged = {
  assertion: 'old-watches',
  title: 'What a watch of the old cluster is told after the restore',
};

/**
 * What becomes of a watch that goes on where a client of the old cluster had got to (`old-watch`
 * observations). `told`, where the revision was bumped: it ends with etcd's error that its revisions
 * are compacted, and the client reads everything anew; where the connection ended it, that is not known.
 * `silent`, where it was not: etcd takes the
 * revision for one to come, and tells nothing while the new cluster is written to (etcd #16028); then
 * the verdict only shows it, and what is not silent proves nothing.
 */
export function oldWatches({ expected }: { readonly expected: 'told' | 'silent' }): Assertion {
  return {
    name: judged.assertion,
    options: { expected },
    judge: (run) => judge(run, expected),
  };
}

function judge(run: RecordedRun, expected: 'told' | 'silent'): Verdict {
  const looks = eventsOf(run, 'observation')
    .filter(({ name }) => name === 'old-watch')
    .map(lookOf);
  const wrong = looks.filter((look) => (expected === 'told' ? !look.compacted : !look.silent));
  const lost = wrong.filter(({ endedBy }) => endedBy !== '' && !isOfEtcd(endedBy));
  const broken = wrong.filter((look) => !lost.includes(look));
  const none = looks.length === 0 ? ['the run ended before an old watch was taken up'] : [];
  return conclude(
    judged,
    {
      violations: expected === 'told' ? broken.map((look) => ({ message: tell(look) })) : [],
      gaps: [...none, ...(expected === 'told' ? lost : wrong).map(tell)],
      counts: { watches: looks.length, silent: looks.filter(({ silent }) => silent).length },
    },
    `${looks.map(tell).join('; ')}${expected === 'told' ? '' : `: ${remedy}`}`,
  );
}

const remedy =
  'without a bump no client learns that its revisions are gone; restore with `--bump-revision` and `--mark-compacted`';

interface Look {
  readonly member: string;
  readonly startRevision: number;
  /** The new cluster's, while it was watched. */
  readonly from: number;
  readonly to: number;
  readonly endedBy: string;
  readonly compacted: boolean;
  readonly silent: boolean;
}

function lookOf({ member = '', data }: JournalEventOf<'observation'>): Look {
  const numberOf = (name: string): number => Number(data[name] ?? 0);
  const endedBy = typeof data['endedBy'] === 'string' ? data['endedBy'] : '';
  return {
    member,
    startRevision: numberOf('startRevision'),
    from: numberOf('fromRevision'),
    to: numberOf('toRevision'),
    endedBy,
    compacted: /required revision has been compacted/.test(endedBy),
    silent: endedBy === '' && numberOf('seenRevision') === 0,
  };
}

/** What etcd itself said of the watch; a connection that was lost says nothing of it. */
const isOfEtcd = (endedBy: string): boolean =>
  /^(etcdserver|mvcc): |^canceled by etcd$/.test(endedBy);

function tell({ member, startRevision, from, to, endedBy, silent }: Look): string {
  const watch = `a watch at ${member} from revision ${startRevision}, as the old cluster had counted,`;
  if (endedBy !== '') return `${watch} was ended with "${endedBy}"`;
  const meanwhile = `while the restored one went from revision ${from} to ${to}`;
  return silent
    ? `${watch} was told nothing ${meanwhile}`
    : `${watch} was told of other writes than it missed ${meanwhile}`;
}
