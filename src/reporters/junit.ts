import { join } from 'node:path';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { reportModel, type ReportModel } from '../report/model.ts';
import { visible } from '../report/visible.ts';
import type { Verdict } from '../verdict.ts';
import type { Reporter } from './reporter.ts';
import { writeWhole } from './write-whole.ts';

/** `junit.xml` for build servers. */
export function junitReporter(): Reporter {
  return {
    onEnd: (run, directory) => writeWhole(join(directory, 'junit.xml'), junitXml(reportModel(run))),
  };
}

/**
 * One test case per assertion: violated is a failure, inconclusive an error, not exercised a skip.
 * An outcome that no assertion explains (the run died, a fault did not bite) gets a case of its own,
 * because a build server shows a suite without failures as green.
 */
export function junitXml(model: ReportModel): string {
  const { header, verdicts, durationMs } = model;
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', { name: 'drill' });
  const suite = root.ele('testsuite', { name: visible(header.drill) });
  addProperties(suite, model);
  const cases = [
    ...verdicts.map((verdict) => addVerdict(suite, header.drill, verdict)),
    ...addRunItself(suite, model),
  ];
  const numberOf = (kind: CaseKind) => String(cases.filter((one) => one === kind).length);
  const totals = {
    tests: String(cases.length),
    failures: numberOf('failure'),
    errors: numberOf('error'),
    skipped: numberOf('skipped'),
    time: (durationMs / 1000).toFixed(3),
  };
  root.att(totals);
  suite.att({ ...totals, timestamp: header.startedAt.slice(0, 19) });
  return `${root.end({ prettyPrint: true })}\n`;
}

type CaseKind = 'passed' | 'failure' | 'error' | 'skipped';

function addProperties(suite: XMLBuilder, { header }: ReportModel): void {
  const properties = suite.ele('properties');
  const values = {
    run: header.run,
    command: header.command,
    seed: String(header.seed),
    drill: header.versions.drill,
    etcd: `${header.versions.etcd} (${header.versions.etcdSource})`,
  };
  for (const [name, value] of Object.entries(values)) {
    properties.ele('property', { name, value: visible(value) });
  }
}

function addVerdict(suite: XMLBuilder, drill: string, verdict: Verdict): CaseKind {
  const { title, assertion, summary } = verdict;
  const testcase = suite.ele('testcase', {
    name: visible(title),
    classname: visible(`${drill}.${assertion}`),
    time: '0',
  });
  const message = visible(summary);
  switch (verdict.status) {
    case 'held':
      testcase.ele('system-out').txt(message);
      return 'passed';
    case 'violated':
      testcase.ele('failure', { message, type: visible(assertion) }).txt(proof(verdict.violations));
      return 'failure';
    case 'inconclusive':
      testcase.ele('error', { message, type: 'inconclusive' });
      return 'error';
    case 'not-exercised':
      testcase.ele('skipped', { message });
      return 'skipped';
  }
}

function proof(violations: Extract<Verdict, { status: 'violated' }>['violations']): string {
  return violations
    .map(({ message, operations = [] }) => {
      const positions = operations.length === 0 ? '' : ` (operations ${operations.join(', ')})`;
      return `${visible(message)}${positions}`;
    })
    .join('\n');
}

function addRunItself(suite: XMLBuilder, { header, outcome, verdicts, headline }: ReportModel) {
  const explaining: Partial<Record<typeof outcome.kind, Verdict['status']>> = {
    violated: 'violated',
    inconclusive: 'inconclusive',
  };
  const status = explaining[outcome.kind];
  const isExplained = verdicts.some((verdict) => verdict.status === status);
  if (outcome.kind === 'held' || isExplained) return [];
  const testcase = suite.ele('testcase', {
    name: 'the run itself',
    classname: visible(`${header.drill}.run`),
    time: '0',
  });
  const kind = outcome.kind === 'violated' ? 'failure' : 'error';
  testcase
    .ele(kind, { message: visible(headline), type: outcome.kind })
    .txt(outcome.reasons.map(visible).join('\n'));
  return [kind] satisfies CaseKind[];
}
