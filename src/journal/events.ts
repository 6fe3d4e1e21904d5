import { z } from 'zod';
import { verdict } from '../verdict.ts';

/**
 * The journal: one JSON object a line in `journal.jsonl`, appended as things happen, so that a run
 * that dies leaves a readable file. `t` is milliseconds since the run's start on the monotonic clock
 * the history uses too. The first event is always `run.started`; its `schema` is the version of
 * this file, raised whenever a reader of the old one would misread the new.
 */
export const journalSchema = 1;

const at = { t: z.number() };
const member = z.string();
const fault = { ...at, fault: z.string() };
/** Parameters and specs are plain JSON. */
const json = z.record(z.string(), z.json());

const memberInfo = z.object({
  name: member,
  /** Raft id in hexadecimal, as etcd logs it. */
  id: z.string(),
  version: z.string(),
  image: z.string(),
  clientAddress: z.string(),
  peerAddress: z.string(),
});

/** Severed links, `from` → `to` as packets travel, between members. */
export const cut = z.object({
  links: z.array(z.tuple([member, member])),
  /** Members whose process answers nobody: killed, stopped or paused. */
  down: z.array(member).optional(),
  scope: z.enum(['peer', 'client', 'all']),
  /** Leader by majority view and its term when the cut was made. */
  leader: member.nullable(),
  term: z.number(),
});
export type Cut = z.infer<typeof cut>;

/** What a step is to the measuring of a recovery. */
const stepRole = z.discriminatedUnion('kind', [
  /** A whole recovery, whose time counts from `sinceMs`, when what it recovers from began. */
  z.object({ kind: z.literal('recovery'), sinceMs: z.number() }),
  /** A part of the recovery under way. */
  z.object({ kind: z.literal('phase') }),
]);

export const journalEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.started'),
    ...at,
    schema: z.literal(journalSchema),
    run: z.string(),
    drill: z.string(),
    summary: z.string(),
    startedAt: z.iso.datetime(),
    /** The command that reproduces the run, seed included. */
    command: z.string(),
    seed: z.number().int(),
    parameters: json,
    spec: json,
    versions: z.object({
      drill: z.string(),
      etcd: z.string(),
      /** Where the etcd image came from, e.g. `go:3.7.3`. */
      etcdSource: z.string(),
      engine: z.string(),
      kernel: z.string(),
    }),
    /** What the run is judged by, so that it can be judged again. */
    assertions: z.array(z.object({ name: z.string(), options: json })),
    /** What the reader must know first, e.g. that another version than the default serves. */
    notices: z.array(z.string()),
  }),
  z.object({
    type: z.literal('step.started'),
    ...at,
    step: z.string(),
    /** Absent of most steps. */
    role: stepRole.optional(),
  }),
  z.object({
    type: z.literal('step.ended'),
    ...at,
    step: z.string(),
    outcome: z.enum(['done', 'failed']),
    error: z.string().optional(),
    /** What a run ends with by the error; absent of what was done, and of what older versions failed in. */
    exitCode: z.number().int().optional(),
  }),
  z.object({ type: z.literal('cluster.started'), ...at, members: z.array(memberInfo) }),
  z.object({
    type: z.literal('member.state'),
    ...at,
    member,
    state: z.enum(['starting', 'running', 'killed', 'paused', 'stopped', 'exited', 'removed']),
    detail: z.string().optional(),
  }),
  /**
   * A change of etcd's members, as etcd acknowledged it: what the member is from now on. Those that
   * the cluster started with are voters. `out`: removed, whether or not its pod is there.
   */
  z.object({
    type: z.literal('membership'),
    ...at,
    member,
    standing: z.enum(['voter', 'learner', 'out']),
  }),
  /** What one member says of itself; written when it changes. */
  z.object({
    type: z.literal('view'),
    ...at,
    member,
    reachable: z.boolean(),
    leader: member.nullable(),
    term: z.number(),
    /** It has no vote; absent where it has one, and in what older versions recorded. */
    learner: z.literal(true).optional(),
  }),
  /** The leader by majority view; written when it changes. */
  z.object({ type: z.literal('leader'), ...at, leader: member.nullable(), term: z.number() }),
  /** "became leader at term N" in a member's log: the full record of elections. */
  z.object({ type: z.literal('elected'), ...at, member, term: z.number() }),
  z.object({
    type: z.literal('fault.injecting'),
    ...fault,
    name: z.string(),
    title: z.string(),
    targets: z.array(member),
    undo: z.enum(['leased', 'repaired', 'irreversible']),
    parameters: json,
    cut: cut.optional(),
  }),
  z.object({ type: z.literal('fault.injected'), ...fault }),
  z.object({ type: z.literal('fault.proved'), ...fault, evidence: z.array(z.string()) }),
  /** It did not bite, or stopped biting before it was healed. */
  z.object({ type: z.literal('fault.unproved'), ...fault, reason: z.string() }),
  z.object({ type: z.literal('fault.healing'), ...fault }),
  z.object({ type: z.literal('fault.healed'), ...fault, evidence: z.array(z.string()) }),
  z.object({
    type: z.literal('fault.heal-failed'),
    ...fault,
    reason: z.string(),
    /** Commands that take it off by hand. */
    commands: z.array(z.string()),
  }),
  /** It is irreversible: its scope has ended, and what it damaged stays damaged. */
  z.object({ type: z.literal('fault.left'), ...fault }),
  /** The sidecar took it off by itself while the runner was alive. */
  z.object({ type: z.literal('fault.lease-expired'), ...fault }),
  z.object({ type: z.literal('metrics'), ...at, member, values: z.record(z.string(), z.number()) }),
  z.object({
    type: z.literal('log'),
    ...at,
    member,
    level: z.enum(['warn', 'error', 'fatal']),
    message: z.string(),
  }),
  z.object({
    type: z.literal('load.started'),
    ...at,
    clients: z.number(),
    description: z.string(),
  }),
  z.object({
    type: z.literal('load.ended'),
    ...at,
    /** When clients were told to send no more; until `t` answers were awaited. Older journals lack it. */
    sentUntilMs: z.number().optional(),
    counts: z.record(z.string(), z.number()),
  }),
  /** Something looked at and kept for the assertions, e.g. a member's final revision and hash. */
  z.object({
    type: z.literal('observation'),
    ...at,
    name: z.string(),
    member: member.optional(),
    data: json,
  }),
  z.object({ type: z.literal('warning'), ...at, message: z.string() }),
  z.object({ type: z.literal('verdict'), ...at, verdict }),
  z.object({
    type: z.literal('run.ended'),
    ...at,
    outcome: z.enum(['held', 'violated', 'inconclusive', 'error', 'interrupted', 'unhealed']),
    exitCode: z.number().int(),
    /** Why, where the verdicts alone do not say. */
    reasons: z.array(z.string()),
  }),
]);
export type JournalEvent = z.infer<typeof journalEvent>;
export type JournalEventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;
