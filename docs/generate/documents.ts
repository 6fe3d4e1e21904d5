import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { faultKinds } from '../../src/faults/registry.ts';
import { everyBuiltIn, loadScenarios } from '../../src/runner/load-scenarios.ts';
import { drillsPage, drillsTable } from './drills.ts';
import { faultsPage } from './faults.ts';
import { between } from './markdown.ts';
import { readMeasured } from './measured.ts';

/** The documents that are made from the source, by path, as they must be. */
export async function documents(): Promise<ReadonlyMap<string, string>> {
  const drills = await loadScenarios([everyBuiltIn]);
  const overview = drillsTable(drills, readMeasured());
  const readme = between(readFileSync('README.md', 'utf8'), 'drills', overview);
  const texts = new Map([
    ['README.md', readme],
    ['docs/drills.md', drillsPage(drills)],
    ['docs/faults.md', faultsPage(faultKinds)],
  ]);
  const pretty = [...texts].map(
    async ([path, text]) =>
      [
        path,
        await format(text, { parser: 'markdown', printWidth: 100, singleQuote: true }),
      ] as const,
  );
  return new Map(await Promise.all(pretty));
}
