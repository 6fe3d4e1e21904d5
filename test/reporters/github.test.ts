import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/verdict.ts';
import { reportModel } from '../../src/report/model.ts';
import { annotations, githubReporter, stepSummary } from '../../src/reporters/github.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { recordingScreen } from '../fixtures/screen.ts';
import { heldVerdicts, inconclusiveVerdict, violatedVerdict } from '../fixtures/verdicts.ts';

const model = (verdicts: readonly Verdict[] = heldVerdicts) =>
  reportModel(partitionRun({ operationsPerSecond: 20, verdicts }));

describe('annotations', () => {
  test('are errors for violations and warnings for verdicts left open', () => {
    expect(annotations(model([violatedVerdict, inconclusiveVerdict]))).toBe(
      '::error title=partition%3A No acknowledged write is lost::2 of 4,812 acknowledged writes are missing at the end.%0A' +
        'The put of key-17 = v512 was acknowledged at revision 301 and is not in the final state.%0A' +
        'The put of key-3 = v530 was acknowledged at revision 314 and is not in the final state.\n' +
        '::warning title=partition%3A A new leader is elected in time::The partition did not bite: m1 still reached m2.\n',
    );
  });

  test('are none when every promise held', () => {
    expect(annotations(model())).toBe('');
  });

  test('cannot be forged by what a cluster says', () => {
    const text = 'x\n::set-output name=a::b\r100%, or: so';
    const forged = {
      ...violatedVerdict,
      title: text,
      summary: text,
      violations: [{ message: text }],
    };
    const lines = annotations(model([forged]))
      .trimEnd()
      .split('\n');
    expect(lines).toEqual([
      '::error title=partition%3A x␊%3A%3Aset-output name=a%3A%3Ab␍100%25%2C or%3A so::x␊::set-output name=a::b␍100%25, or: so%0Ax␊::set-output name=a::b␍100%25, or: so',
    ]);
  });
});

describe('stepSummary', () => {
  test('leaves no markup to what a cluster says', () => {
    const title = '| <img src=x> [a](b) `c` *d* @e';
    const summary = stepSummary(model([{ ...inconclusiveVerdict, title }]));
    expect(summary).toContain(
      '| inconclusive | &#124; &#60;img src=x&#62; &#91;a&#93;(b) &#96;c&#96; &#42;d&#42; &#64;e |',
    );
  });
});

describe('githubReporter', () => {
  test('writes annotations and the summary in Actions', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drill-github-'));
    const summaryPath = join(folder, 'summary.md');
    const { screen, text } = recordingScreen();
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summaryPath };
    await githubReporter({ screen, environment }).onEnd?.(
      partitionRun({ operationsPerSecond: 20, verdicts: [violatedVerdict] }),
      folder,
    );
    expect(text()).toMatch(/^::error title=/);
    expect(readFileSync(summaryPath, 'utf8')).toMatch(/^## drill partition: violated\n/);
    rmSync(folder, { recursive: true });
  });

  test('does nothing elsewhere', async () => {
    const { screen, text } = recordingScreen();
    await githubReporter({ screen, environment: {} }).onEnd?.(
      partitionRun({ verdicts: [violatedVerdict] }),
      '.',
    );
    expect(text()).toBe('');
  });
});
