import type { Cluster } from '../cluster/cluster.ts';
import type { Member } from '../cluster/member.ts';
import type { Duration } from '../duration.ts';
import type { EtcdImage } from '../engine/engine.ts';
import type { EpochStart } from '../history/epoch.ts';
import type { WatchRequest } from '../history/operation.ts';
import type { KeptLeases } from '../load/kept-leases.ts';
import type { LoadCounts } from '../load/load.ts';
import type { RecordedClient } from '../load/recorded-client.ts';
import type { EpochPlan } from './begin-epoch.ts';
import type { Random } from './random.ts';

/** Does one part of a recovery, under a name of a word or two, and measures it. */
export type Phase = <T>(name: string, body: () => Promise<T>) => Promise<T>;

/** What a timeline works with. */
export interface Stage {
  readonly cluster: Cluster;
  /** The clients: they work from the steady state on until the timeline's end. */
  readonly load: {
    /** Lets the clients go on for so long. */
    run(howLong: Duration): Promise<void>;
    /** What they have done so far. */
    counts(): LoadCounts;
  };
  /** Names what happens now; the name stands in every output, with its time. */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** The image of a version that the drill names (`images`); see `Member.restart`. */
  image(version: string): EtcdImage;
  /**
   * A step that brings full service back, its parts measured as phases. Its time (RTO) counts from
   * `sinceMs`, when the loss began; see `fullServiceWithin`.
   */
  recovery<T>(title: string, sinceMs: number, body: (phase: Phase) => Promise<T>): Promise<T>;
  /** Asks `members` for what they must refuse and must answer while cut off, until disposed. */
  probe(members: readonly Member[]): AsyncDisposable;
  /** Single operations at one member, each recorded. */
  client(member: Member): RecordedClient;
  /** Opens a watch at one member, every response recorded; it lives until disposed or the run ends. */
  watch(member: Member, request: WatchRequest): StageWatch;
  /** Grants leases with a key each and keeps them alive through `through`, until disposed. */
  leases(
    through: readonly Member[],
    options: { readonly count: number; readonly ttl: Duration },
  ): Promise<KeptLeases>;
  /**
   * Begins a new epoch of the history: `start` brings up the new cluster, from a snapshot or from
   * one survivor. Call it once no member of the old cluster serves any more and none of the new one
   * does yet. The load is held until the state that the new epoch begins with has been read and the
   * members are watched anew; what was under way counts as of unknown outcome in both epochs.
   * Resolves with how it began. What it may lose is said by `durable({ allowedLoss })`.
   */
  beginEpoch(plan: EpochPlan, start: () => Promise<void>): Promise<EpochStart>;
  /** Says whether what the drill aims at came about, and what shows it; see `triggered()`. */
  trigger(proved: boolean, evidence: string): void;
  /** Keeps something for the assertions and the report. */
  observe(
    name: string,
    data: Readonly<Record<string, string | number | boolean>>,
    member?: Member,
  ): void;
  /** The run's own folder: what a drill saves there stands beside its journal, and stays. */
  readonly folder: string;
  /** Milliseconds since the run's start, on the clock of everything recorded. */
  nowMs(): number;
  /** Repeatable choices. */
  readonly random: Random;
}

/** A recorded watch; a wait that is not met in time, or cannot be any more, ends the run inconclusive. */
export interface StageWatch extends Disposable {
  /** The highest revision of an event that it was sent; 0 before the first. */
  seenRevision(): number;
  /** Another watch on the same stream. */
  add(request: WatchRequest): void;
  /** Asks for a progress notification (etcd 3.4 and later). */
  progress(): void;
  /** Waits until etcd has answered that it watches. */
  created(within?: Duration): Promise<void>;
  /** Waits for an event of `revision` or later. */
  reaches(revision: number, within: Duration): Promise<void>;
  /** Why nothing more comes on it: what etcd or the connection said; undefined while it lives. */
  endedBy(): string | undefined;
}
