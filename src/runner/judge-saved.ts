import type { Assertion } from '../assertions/assertion.ts';
import { assertionNames, assertionsFrom, generalAssertions } from '../assertions/registry.ts';
import { exitCode } from '../errors.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { readRun } from '../journal/read.ts';
import type { Verdict } from '../verdict.ts';
import { checkProperties, type OnProgress } from './check-properties.ts';
import { judge } from './judge.ts';
import { type Outcome, gravestOf, outcomeOf } from './outcome.ts';

/**
 * Judges a saved run again, by what it was judged by then and every general assertion there is now.
 * An assertion that only its scenario's own code knows cannot be made again: it is inconclusive.
 */
export async function judgeSaved(folder: string, onProgress?: OnProgress): Promise<Judged> {
  const saved = await readRun(folder);
  // Its old verdicts are no evidence.
  const run: RecordedRun = {
    ...saved,
    events: saved.events.filter(({ type }) => type !== 'verdict' && type !== 'run.ended'),
  };
  await checkProperties(run, folder, onProgress);
  const stored = eventsOf(run, 'run.started')[0]?.assertions ?? [];
  const known = stored.filter(({ name }) => assertionNames.includes(name));
  const then = new Set(stored.map(({ name }) => name));
  const since = generalAssertions.map((make) => make()).filter(({ name }) => !then.has(name));
  const foreign = stored.filter(({ name }) => !assertionNames.includes(name));
  const verdicts = judge([...assertionsFrom(known), ...foreign.map(unknown), ...since], run);
  return {
    verdicts,
    outcome: gravestOf([outcomeOf({ kind: 'done' }, verdicts, []), endOf(saved)]),
  };
}

/** A saved run judged again: its verdicts now, and its end, in which what happened then still counts. */
export interface Judged {
  readonly verdicts: readonly Verdict[];
  readonly outcome: Outcome;
}

/**
 * How the run itself ended, its old verdicts aside: those give no reasons. A fault that could not be
 * removed, an interruption, an expectation that was not met stay what they were.
 */
function endOf(saved: RecordedRun): Outcome {
  const ended = eventsOf(saved, 'run.ended').at(-1);
  if (ended === undefined) {
    return { outcome: 'inconclusive', exitCode: exitCode.inconclusive, reasons: ['the run died'] };
  }
  const { outcome, exitCode: code, reasons } = ended;
  const byItself = reasons.length > 0 || code === exitCode.interrupted;
  return byItself
    ? { outcome, exitCode: code, reasons }
    : { outcome: 'held', exitCode: exitCode.held, reasons: [] };
}

function unknown({ name }: { readonly name: string }): Assertion {
  const summary = 'it belongs to the scenario itself: run that again to judge by it';
  const base = { assertion: name, title: name, summary, counts: {}, measurements: [] };
  return { name, options: {}, judge: () => ({ status: 'inconclusive', ...base }) };
}
