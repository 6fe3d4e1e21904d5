import { create } from 'xmlbuilder2';
import { visible } from '../../report/visible.ts';
import type { Rehearsal } from '../rehearsal.ts';

/** One test case per verdict, for build servers; a rehearsal that came to an end by itself has one more. */
export function rehearsalJunit({
  verdicts,
  outcome,
  reasons,
  durationMs,
  startedAt,
}: Rehearsal): string {
  const byItself = reasons.length === 0 ? [] : [reasons.join('\n')];
  const count = (status: string): number =>
    verdicts.filter((verdict) => verdict.status === status).length;
  const totals = {
    tests: String(verdicts.length + byItself.length),
    failures: String(count('violated')),
    errors: String(count('inconclusive') + byItself.length),
    skipped: String(count('not-exercised')),
    time: (durationMs / 1000).toFixed(3),
  };
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'drill',
    ...totals,
  });
  const suite = root.ele('testsuite', {
    name: 'rehearse',
    ...totals,
    timestamp: startedAt.slice(0, 19),
  });
  for (const verdict of verdicts) {
    const message = visible(verdict.summary);
    const one = suite.ele('testcase', {
      name: visible(verdict.title),
      classname: `rehearse.${verdict.assertion}`,
      time: '0',
    });
    if (verdict.status === 'held') one.ele('system-out').txt(message);
    else if (verdict.status === 'not-exercised') one.ele('skipped', { message });
    else if (verdict.status === 'inconclusive') one.ele('error', { message, type: 'inconclusive' });
    else
      one
        .ele('failure', { message, type: verdict.assertion })
        .txt(verdict.violations.map((violation) => visible(violation.message)).join('\n'));
  }
  for (const reason of byItself)
    suite
      .ele('testcase', { name: 'the rehearsal itself', classname: 'rehearse.run', time: '0' })
      .ele('error', { message: visible(reason), type: outcome });
  return `${root.end({ prettyPrint: true })}\n`;
}
