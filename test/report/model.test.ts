import { describe, expect, test } from 'vitest';
import { reportModel } from '../../src/report/model.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { membership } from '../fixtures/run-builder.ts';
import { inconclusiveVerdict, violatedVerdict } from '../fixtures/verdicts.ts';

describe('reportModel', () => {
  test('says in the headline what was broken, what became of it and what held', () => {
    expect(reportModel(partitionRun()).headline).toBe(
      'The leader m1 was cut off from m2 and m3 for 10.1 s. ' +
        'm3 took over after 1.20 s, writes were back after 1.26 s and no acknowledged write was lost. ' +
        'Every promise that was put to the test held.',
    );
  });

  test('tells a cut by its two sides, even where all members are targets', () => {
    const run = partitionRun();
    const events = run.events.map((event) =>
      event.type === 'fault.injecting' ? { ...event, targets: ['m1', 'm2', 'm3'] } : event,
    );
    expect(reportModel({ ...run, events }).headline).toMatch(
      /^The leader m1 was cut off from m2 and m3 for 10.1 s\. /,
    );
  });

  test('tells a cut that leaves no two sides by its title', () => {
    const run = partitionRun();
    const links: [string, string][] = [
      ['m1', 'm2'],
      ['m1', 'm3'],
      ['m2', 'm3'],
    ];
    const events = run.events.map((event) =>
      event.type === 'fault.injecting' && event.cut !== undefined
        ? { ...event, title: 'cut every link', cut: { ...event.cut, links } }
        : event,
    );
    expect(reportModel({ ...run, events }).headline).toMatch(/^Cut every link for 10.1 s\. /);
  });

  test('tells a drill that breaks nothing by what it did, and not by its waits', () => {
    const run = partitionRun();
    const renamed = { 'steady state': 'prove the steady state', 'isolate m1': 'defragment m2' };
    const events = run.events
      .filter((event) => !('fault' in event))
      .map((event) =>
        'step' in event
          ? {
              ...event,
              step: Object.entries(renamed).find(([old]) => old === event.step)?.[1] ?? event.step,
            }
          : event,
      );
    const { headline } = reportModel({ ...run, events });
    expect(headline).toMatch(/^Done under load: start cluster; defragment m2\. /);
    expect(headline).toContain('no acknowledged write was lost');
  });

  test('tells who came and went', () => {
    const run = partitionRun();
    const events = [...run.events, membership('m4', 'voter', 20_000)];
    expect(reportModel({ ...run, events }).headline).toMatch(
      /for 10.1 s\. The voters went from 3 to 4: m4 joined\. m3 took over/,
    );
  });

  test('never says that a violated run held', () => {
    const { headline, outcome } = reportModel(partitionRun({ verdicts: [violatedVerdict] }));
    expect(outcome.kind).toBe('violated');
    expect(headline).toContain('2 acknowledged writes were lost');
    expect(headline).toMatch(
      /1 of 1 promises was broken: 2 of 4,812 acknowledged writes are missing/,
    );
  });

  test('says that an inconclusive run proves nothing, and why', () => {
    const { headline } = reportModel(partitionRun({ verdicts: [inconclusiveVerdict] }));
    expect(headline).toContain(
      'This run proves nothing either way: The partition did not bite: m1 still reached m2.',
    );
  });

  test('never says that something was broken by a fault that did not bite', () => {
    const run = partitionRun({ verdicts: [inconclusiveVerdict] });
    const unproved = {
      type: 'fault.unproved',
      t: 9000,
      fault: 'partition-1',
      reason: 'x',
    } as const;
    expect(reportModel({ ...run, events: [...run.events, unproved] }).headline).toBe(
      '“cut m1 off from m2, m3 (peer traffic)” did not bite. ' +
        'This run proves nothing either way: The partition did not bite: m1 still reached m2.',
    );
  });

  test('takes a journal without its end for a run that died, in the step that was open', () => {
    const run = partitionRun();
    const model = reportModel({ ...run, events: run.events.filter((event) => event.t < 12_000) });
    expect(model.outcome).toEqual({
      kind: 'died',
      reasons: ['The journal ends with `metrics`, before the run’s end.'],
    });
    expect(model.headline).toContain('The runner died in “isolate m1”');
    expect(model.faults).toMatchObject([{ state: 'injected', endMs: model.durationMs }]);
    expect(model.steps.at(-1)).toMatchObject({ name: 'isolate m1', outcome: 'running' });
  });

  test('refuses a run without its first event', () => {
    const run = partitionRun();
    expect(() => reportModel({ ...run, events: run.events.slice(1) })).toThrow(
      'The run has no `run.started` event, so there is nothing to report.',
    );
  });

  test('keeps the operations that prove a violation', () => {
    const run = partitionRun({ verdicts: [violatedVerdict] });
    const operations = [...run.history.operations()];
    const { proofs } = reportModel(run);
    expect(proofs.map(({ id, operations: shown }) => [id, shown])).toEqual([
      [
        'proof-1-1',
        [
          { position: 512, operation: operations[512] },
          { position: 513, operation: operations[513] },
        ].toSorted((a, b) => (a.operation?.invokedMs ?? 0) - (b.operation?.invokedMs ?? 0)),
      ],
      ['proof-1-2', []],
    ]);
  });

  test('shows the figures that matter first, and marks a missed bound', () => {
    const { keyFigures } = reportModel(partitionRun());
    expect(keyFigures.map(({ label }) => label)).toEqual([
      'Time to elect',
      'RTO of the cluster',
      'RPO: acknowledged writes lost',
      'Fault lasted',
      'Longest write gap',
      'Acknowledged writes',
    ]);
    expect(keyFigures.filter(({ missedBound }) => missedBound)).toEqual([]);
    expect(reportModel(partitionRun({ verdicts: [violatedVerdict] })).keyFigures).toContainEqual({
      label: 'RPO: acknowledged writes lost',
      value: 2,
      unit: 'count',
      bound: 0,
      missedBound: true,
    });
  });
});
