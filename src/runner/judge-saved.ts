import type { Assertion } from '../assertions/assertion.ts';
import { assertionNames, assertionsFrom, generalAssertions } from '../assertions/registry.ts';
import { eventsOf, type RecordedRun } from '../journal/recorded-run.ts';
import { readRun } from '../journal/read.ts';
import type { Verdict } from '../verdict.ts';
import { checkProperties } from './check-properties.ts';
import { judge } from './judge.ts';

/**
 * Judges a saved run again, by what it was judged by then and every general assertion there is now.
 * An assertion that only its scenario's own code knows cannot be made again: it is inconclusive.
 */
export async function judgeSaved(folder: string): Promise<Verdict[]> {
  const saved = await readRun(folder);
  // Its old verdicts are no evidence.
  const run: RecordedRun = {
    ...saved,
    events: saved.events.filter(({ type }) => type !== 'verdict' && type !== 'run.ended'),
  };
  await checkProperties(run, folder);
  const stored = eventsOf(run, 'run.started')[0]?.assertions ?? [];
  const known = stored.filter(({ name }) => assertionNames.includes(name));
  const then = new Set(stored.map(({ name }) => name));
  const since = generalAssertions.map((make) => make()).filter(({ name }) => !then.has(name));
  const foreign = stored.filter(({ name }) => !assertionNames.includes(name));
  return judge([...assertionsFrom(known), ...foreign.map(unknown), ...since], run);
}

function unknown({ name }: { readonly name: string }): Assertion {
  const summary = 'it belongs to the scenario itself: run that again to judge by it';
  const base = { assertion: name, title: name, summary, counts: {}, measurements: [] };
  return { name, options: {}, judge: () => ({ status: 'inconclusive', ...base }) };
}
