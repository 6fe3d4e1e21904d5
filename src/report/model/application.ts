import { z } from 'zod';
import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';
import { duration, moment } from '../format.ts';

const observed = z.object({
  answered: z.number(),
  failed: z.number(),
  longestGapStartMs: z.number(),
  longestGapMs: z.number(),
  errors: z.array(z.string()),
});

/** What an application that read through a stock `etcd3` client, with its own retries, felt. */
export interface ApplicationFelt {
  readonly answered: number;
  readonly failed: number;
  /** The longest time without an answer. */
  readonly longestGap: { readonly startMs: number; readonly endMs: number };
  /** Messages of the errors it saw, each once. */
  readonly errors: readonly string[];
}

export function applicationOf(run: RecordedRun): ApplicationFelt | null {
  const last = eventsOf(run, 'observation').findLast(({ name }) => name === 'application');
  const { data } = observed.safeParse(last?.data);
  if (data === undefined) return null;
  const { answered, failed, longestGapStartMs, longestGapMs, errors } = data;
  const longestGap = { startMs: longestGapStartMs, endMs: longestGapStartMs + longestGapMs };
  return { answered, failed, longestGap, errors };
}

/** `no answer for 7.48 s, from 15.471 s on`. */
export function feltText({ longestGap: { startMs, endMs } }: ApplicationFelt): string {
  return `no answer for ${duration(endMs - startMs)}, from ${moment(startMs)} on`;
}
