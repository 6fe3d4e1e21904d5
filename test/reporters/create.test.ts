import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReporters, multiplexed, reporterNames } from '../../src/reporters/create.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { recordingScreen } from '../fixtures/screen.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-reporters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = partitionRun({ operationsPerSecond: 50 });

describe('createReporters', () => {
  test('writes the files of the reporters asked for, and the terminal names the report', async () => {
    const { screen, text } = recordingScreen();
    const reporter = createReporters(['terminal', 'json', 'junit', 'html'], {
      screen,
      environment: {},
    });
    for (const event of run.events) reporter.onEvent?.(event);
    await reporter.onEnd?.(run, folder);
    expect(readdirSync(folder).toSorted()).toEqual(['junit.xml', 'report.html', 'run.json']);
    expect(text()).toContain(`${join(folder, 'report.html')}\n`);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toMatchObject({
      outcome: 'held',
    });
  });

  test('suggests the nearest name for one that it does not know', () => {
    const { screen } = recordingScreen();
    expect(() => createReporters(['terminal', 'junt'], { screen, environment: {} })).toThrow(
      'There is no reporter "junt". Did you mean `--reporter junit`? Reporters: html, json, junit, github, terminal.',
    );
    expect(reporterNames).toContain('github');
  });
});

describe('multiplexed', () => {
  test('keeps one reporter’s error from the others and says it once', async () => {
    const { screen, text } = recordingScreen();
    const seen: string[] = [];
    const broken = {
      onEvent: () => {
        throw new Error('no paper');
      },
      onEnd: () => {
        throw new Error('still no paper');
      },
    };
    const sound = {
      onEvent: ({ type }: { type: string }) => void seen.push(type),
      onEnd: () => void seen.push('end'),
    };
    const reporter = multiplexed(
      [
        { name: 'broken', reporter: broken },
        { name: 'sound', reporter: sound },
      ],
      { screen, environment: {} },
    );
    for (const event of run.events.slice(0, 2)) reporter.onEvent?.(event);
    await reporter.onEnd?.(run, folder);
    expect(seen).toEqual(['run.started', 'step.started', 'end']);
    expect(text()).toBe('warning: the broken reporter failed: no paper\n');
  });

  test('waits for a reporter that fails late, and goes on', async () => {
    const { screen, text } = recordingScreen();
    const reporter = createReporters(['json', 'junit'], { screen, environment: {} });
    await reporter.onEnd?.(run, join(folder, 'missing'));
    expect(text()).toMatch(
      /^warning: the json reporter failed: ENOENT.*\nwarning: the junit reporter failed: ENOENT.*\n$/,
    );
  });
});
