import { z } from 'zod';
import { type ReportModel } from '../report/model.ts';
import { verdict } from '../verdict.ts';

/** Raised whenever a reader of the old schema would misread the new. */
const runJsonSchemaVersion = 1;

const json = z.record(z.string(), z.json());
const ms = z.number().describe('Milliseconds since the start of the run');
const lengthMs = z.number().describe('A length in milliseconds');
const tally = z
  .object({ ok: z.int(), unknown: z.int(), failed: z.int() })
  .describe('Operations by outcome; `failed` includes those that were never sent');
const latency = z
  .object({ count: z.int(), p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() })
  .nullable()
  .describe('Of operations that ended ok, to 1%; null where there were none');

/** `run.json`: what came out of a run, for programs. The journal and the history have the rest. */
export const runJson = z
  .object({
    schema: z.literal(runJsonSchemaVersion),
    run: z.string().describe("The run's name, also of its folder"),
    drill: z.string(),
    summary: z.string(),
    startedAt: z.iso.datetime(),
    durationMs: lengthMs,
    outcome: z
      .enum(['held', 'violated', 'inconclusive', 'error', 'interrupted', 'unhealed', 'died'])
      .describe('`died`: the runner was killed, and the journal has no end'),
    exitCode: z.int().nullable().describe('null when the run died'),
    reasons: z.array(z.string()).describe('Why, where the verdicts alone do not say'),
    headline: z.string(),
    command: z.string().describe('Reproduces the run, seed included'),
    seed: z.int(),
    parameters: json,
    spec: json.describe("The cluster's specification"),
    versions: z.object({
      drill: z.string(),
      etcd: z.string(),
      etcdSource: z.string(),
      engine: z.string(),
      kernel: z.string(),
    }),
    notices: z.array(z.string()),
    warnings: z.array(z.string()),
    members: z.array(
      z.object({ name: z.string(), id: z.string(), version: z.string(), image: z.string() }),
    ),
    steps: z.array(
      z.object({
        name: z.string(),
        startMs: ms,
        endMs: ms,
        outcome: z.enum(['done', 'failed', 'running']),
        error: z.string().optional(),
      }),
    ),
    faults: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        targets: z.array(z.string()),
        startMs: ms,
        endMs: ms,
        state: z.enum(['injecting', 'injected', 'healed', 'left', 'heal-failed', 'lease-expired']),
        proof: z.enum(['none', 'proved', 'unproved']),
        evidence: z.array(z.string()),
      }),
    ),
    recoveries: z
      .array(
        z.object({
          title: z.string(),
          sinceMs: ms.describe('When the loss began: its time (RTO) counts from here'),
          startMs: ms,
          endMs: ms,
          outcome: z.enum(['done', 'failed', 'running']),
          phases: z.array(
            z.object({
              name: z.string(),
              startMs: ms,
              endMs: ms,
              outcome: z.enum(['done', 'failed', 'running']),
            }),
          ),
        }),
      )
      .describe('Recoveries that the drill measured, from the loss to full service, by phases'),
    leaders: z
      .array(z.object({ leader: z.string().nullable(), term: z.number(), startMs: ms, endMs: ms }))
      .describe('By majority view; null is a cluster without a leader'),
    verdicts: z.array(verdict),
    operations: z.object({
      total: tally,
      acknowledgedWrites: z.int(),
      members: z.array(z.object({ member: z.string(), total: tally })),
      latency,
      longestWriteGap: z
        .object({ startMs: ms, endMs: ms })
        .nullable()
        .describe('The longest time under load without an acknowledged write'),
      errors: z.array(
        z.object({
          status: z.enum(['failed', 'never-sent', 'unknown']),
          code: z.int().describe('gRPC status code; -1 where no status arrived'),
          message: z.string(),
          count: z.int(),
          members: z.array(z.string()),
          firstMs: ms,
          lastMs: ms,
        }),
      ),
    }),
    application: z
      .object({
        answered: z.int(),
        failed: z.int(),
        longestGap: z.object({ startMs: ms, endMs: ms }),
        errors: z.array(z.string()),
      })
      .nullable()
      .describe(
        'What an application with a stock etcd3 client felt: its reads, and its longest time without an answer; null where none ran to the end',
      ),
  })
  .describe('run.json of drill: what came out of a run');
export type RunJson = z.infer<typeof runJson>;

/** Unknown properties are left out by the schema, so the model's parts can be handed over whole. */
export function runJsonOf(model: ReportModel): RunJson {
  const { header, outcome, activity } = model;
  return runJson.parse({
    ...header,
    ...model,
    schema: runJsonSchemaVersion,
    outcome: outcome.kind,
    exitCode: outcome.exitCode ?? null,
    reasons: outcome.reasons,
    warnings: model.warnings.map((warning) => warning.message),
    faults: model.faults.map((fault) => ({
      ...fault,
      evidence: fault.evidence.map((line) => line.text),
    })),
    leaders: model.leadership.leaders,
    operations: activity,
  });
}
