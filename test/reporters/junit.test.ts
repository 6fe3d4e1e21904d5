import { convert } from 'xmlbuilder2';
import { describe, expect, test } from 'vitest';
import { reportModel } from '../../src/report/model.ts';
import { junitXml } from '../../src/reporters/junit.ts';
import { hostileRun } from '../fixtures/hostile-run.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { heldVerdicts, inconclusiveVerdict, violatedVerdict } from '../fixtures/verdicts.ts';

function junitOf(shape: Parameters<typeof partitionRun>[0]): string {
  return junitXml(reportModel(partitionRun({ operationsPerSecond: 20, ...shape })));
}

describe('junitXml', () => {
  test('tells violated, inconclusive and not exercised apart', () => {
    const xml = junitOf({ verdicts: [violatedVerdict, inconclusiveVerdict, ...heldVerdicts] });
    expect(xml).toContain('tests="6" failures="1" errors="1" skipped="1"');
    expect(xml).toContain(
      '<failure message="2 of 4,812 acknowledged writes are missing at the end." type="durable">The put of key-17 = v512 was acknowledged at revision 301 and is not in the final state. (operations 512, 513)\n',
    );
    expect(xml).toContain(
      '<error message="The partition did not bite: m1 still reached m2." type="inconclusive"/>',
    );
    expect(xml).toContain(
      '<skipped message="No linearizable read was sent to m1 after it stepped down."/>',
    );
    expect(xml).toContain('<property name="seed" value="42"/>');
    expect(xml).toContain('<property name="etcd" value="3.7.3 (go:3.7.3)"/>');
  });

  test('is never green for a run that died before it was judged', () => {
    const run = partitionRun({ operationsPerSecond: 20 });
    const xml = junitXml(reportModel({ ...run, events: run.events.filter(({ t }) => t < 9000) }));
    expect(xml).toContain('tests="1" failures="0" errors="1" skipped="0"');
    expect(xml).toContain('<testcase name="the run itself" classname="partition.run"');
  });

  test('is never green for a run that the verdicts do not explain', () => {
    const run = partitionRun({ operationsPerSecond: 20 });
    const events = run.events.map((event) =>
      event.type === 'run.ended'
        ? { ...event, outcome: 'inconclusive' as const, reasons: ['the deadline struck'] }
        : event,
    );
    const xml = junitXml(reportModel({ ...run, events }));
    expect(xml).toContain('errors="1"');
    expect(xml).toContain('type="inconclusive">the deadline struck</error>');
  });

  test('stays well-formed whatever the texts hold', () => {
    const run = hostileRun(partitionRun({ operationsPerSecond: 20, verdicts: [violatedVerdict] }));
    const xml = junitXml(reportModel(run));
    expect(xml).toContain('␀␛[31m');
    expect(() => convert(xml, { format: 'object' })).not.toThrow();
    // oxlint-disable-next-line no-control-regex -- what XML 1.0 forbids
    expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
  });
});
