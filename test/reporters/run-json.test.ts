import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { journalEvent } from '../../src/journal/events.ts';
import { reportModel } from '../../src/report/model.ts';
import { runJson, runJsonOf } from '../../src/reporters/run-json.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { violatedVerdict } from '../fixtures/verdicts.ts';

describe('run.json', () => {
  test('is what its schema says, whatever the run came to', () => {
    const run = partitionRun({ operationsPerSecond: 50, verdicts: [violatedVerdict] });
    const died = { ...run, events: run.events.filter(({ t }) => t < 9000) };
    for (const one of [run, died]) {
      const written: unknown = JSON.parse(JSON.stringify(runJsonOf(reportModel(one))));
      expect(runJson.strict().parse(written)).toEqual(written);
    }
    expect(runJsonOf(reportModel(died))).toMatchObject({ outcome: 'died', exitCode: null });
  });

  test('holds what a program compares runs by', () => {
    const json = runJsonOf(reportModel(partitionRun()));
    expect(json).toMatchObject({
      schema: 1,
      drill: 'partition',
      outcome: 'held',
      exitCode: 0,
      seed: 42,
      leaders: [{ leader: 'm1' }, { leader: null }, { leader: 'm3', term: 3 }],
      faults: [{ state: 'healed', proof: 'proved' }],
      operations: { acknowledgedWrites: 5827, total: { ok: 9722, unknown: 2001, failed: 349 } },
    });
  });
});

/** The files are written by `vitest run test/reporters/run-json.test.ts --update`. */
describe('the published JSON schemas equal the code', () => {
  test.each([
    ['run', runJson],
    ['journal', journalEvent],
  ])('docs/%s.schema.json', async (name, schema) => {
    const text = JSON.stringify(z.toJSONSchema(schema), null, 2);
    const file = `../../docs/${name}.schema.json`;
    const pretty = await format(text, { parser: 'json', printWidth: 100 });
    await expect(pretty).toMatchFileSnapshot(file);
  });
});
