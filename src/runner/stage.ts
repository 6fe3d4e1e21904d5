import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import type { Duration } from '../duration.ts';
import type { Random } from './random.ts';

/** What a timeline works with. */
export interface Stage {
  readonly cluster: Cluster;
  /** The clients: they work from the steady state on until the timeline's end. */
  readonly load: {
    /** Lets the clients go on for so long. */
    run(howLong: Duration): Promise<void>;
  };
  /** Names what happens now; the name stands in every output, with its time. */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Asks `members` for what they must refuse and must answer while cut off, until disposed. */
  probe(members: readonly Member[]): AsyncDisposable;
  /** Keeps something for the assertions and the report. */
  observe(
    name: string,
    data: Readonly<Record<string, string | number | boolean>>,
    member?: Member,
  ): void;
  /** Repeatable choices. */
  readonly random: Random;
}
