import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { renderReport } from '../../src/report/render.ts';
import { visible } from '../../src/report/visible.ts';
import { openBrowser, openReport } from '../fixtures/browser.ts';
import { hostile, hostileRun } from '../fixtures/hostile-run.ts';
import { partitionRun } from '../fixtures/recorded-run.ts';
import { heldVerdicts, inconclusiveVerdict, violatedVerdict } from '../fixtures/verdicts.ts';

/** Rows of a table are made alike: looking at the first ones of each saves half a minute a report. */
const laterRows = 'tbody tr:nth-child(n + 3)';

// A browser on a busy machine takes seconds where a function takes none.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const held = partitionRun();
const violated = partitionRun({ verdicts: [violatedVerdict, ...heldVerdicts] });

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  const shape = { steadyMs: 1500, holdMs: 2000, recoverMs: 1000 };
  const short = partitionRun(shape);
  const runs = {
    held: short,
    violated: partitionRun({ ...shape, verdicts: [violatedVerdict, ...heldVerdicts] }),
    inconclusive: partitionRun({ ...shape, verdicts: [inconclusiveVerdict] }),
    dead: { ...short, events: short.events.filter((event) => event.t < 4000) },
  };

  test('a run with every section is accessible, with all tables open', async () => {
    await using opened = await openReport(browser, renderReport(runs.violated), { colorScheme });
    const { page } = opened;
    await page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
    const axe = new AxeBuilder({ page }).exclude(laterRows);
    // Dark differs in its colours alone.
    if (colorScheme === 'dark') axe.withRules('color-contrast');
    const { violations } = await axe.analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test.each(Object.entries(runs))(
    'a run that is %s asks for nothing and complains of nothing',
    async (_, run) => {
      await using opened = await openReport(browser, renderReport(run), { colorScheme });
      expect(opened.complaints).toEqual([]);
      expect(opened.requests).toEqual([]);
    },
  );
});

test.each([320, 390, 768, 1280])('nothing is wider than a screen of %d pixels', async (width) => {
  const report = renderReport(partitionRun({ members: 7 }));
  await using opened = await openReport(browser, report, { viewport: { width, height: 800 } });
  expect(await opened.page.evaluate('document.documentElement.scrollWidth')).toBe(width);
});

test('a violated verdict leads to a drawing of what proves it, and so does the headline', async () => {
  await using opened = await openReport(browser, renderReport(violated), {
    javaScriptEnabled: false,
  });
  const { page } = opened;
  await page.locator('.violations a').first().click();
  expect(page.url()).toMatch(/#proof-1-1$/);
  expect(await page.locator('#proof-1-1 .interval.proves').count()).toBe(2);
  expect(await page.locator('#proof-1-1 .precedence').count()).toBeLessThanOrEqual(1);
  expect(await page.locator('#proof-1-1 table.proof tbody tr').count()).toBe(2);
  // The second names no operation: the run as its members saw it is drawn instead.
  expect(await page.locator('#proof-1-2 .moments .leader').count()).toBeGreaterThan(0);
  expect(await page.locator('#proof-1-2 .fault-band').count()).toBe(1);
  expect(await page.locator('.hero a').getAttribute('href')).toBe('#proof-1-1');
});

describe('without JavaScript', () => {
  test('everything is there to be read, tables included, and nothing that needs it', async () => {
    await using opened = await openReport(browser, renderReport(violated), {
      javaScriptEnabled: false,
    });
    const { page, complaints } = opened;
    expect(await page.locator('h1').innerText()).toContain('Violated');
    expect(await page.locator('.violations').innerText()).toContain('put of key-17 = v512');
    await page.locator('#latency summary').click();
    expect(await page.locator('#latency td').first().isVisible()).toBe(true);
    expect(await page.locator('button').isVisible()).toBe(false);
    expect(await page.locator('[tabindex="0"]:not(.scroll)').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('with the keyboard alone', () => {
  test('every chart and table is reached, and the focus is seen', async () => {
    await using opened = await openReport(browser, renderReport(held));
    const { page } = opened;
    const reached = new Set<string>();
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await focusedElement(page);
      if (focused.name === 'BODY') break;
      expect(focused.outlinePx).toBeGreaterThan(0);
      reached.add(focused.name);
    }
    for (const chart of [
      'steps',
      'leaders',
      'member-operations',
      'throughput',
      'latency',
      'errors',
    ]) {
      expect(reached).toContain(`DIV in ${chart}`);
      expect(reached).toContain(`SUMMARY in ${chart}`);
    }
    expect(reached).toContain('BUTTON in hero');
  });

  test('arrow keys move one crosshair over all charts, and it is announced', async () => {
    await using opened = await openReport(browser, renderReport(held));
    const { page } = opened;
    await page.locator('#throughput .frame').focus();
    await page.keyboard.press('Home');
    for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press('Shift+ArrowRight');
    expect(await page.locator('.crosshair:visible').count()).toBe(
      await page.locator('.chart').count(),
    );
    expect(await page.locator('#moment').textContent()).toMatch(
      /^11\.0 s · ok\/s [\d,]+ · unknown\/s/,
    );
    expect(await page.locator('#leaders .readout').textContent()).toContain('m3 leader term 3');
    await page.keyboard.press('Escape');
    expect(await page.locator('.crosshair:visible').count()).toBe(0);
  });
});

test('the pointer moves the same crosshair, and the command can be copied', async () => {
  await using opened = await openReport(browser, renderReport(held), {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page } = opened;
  await page.locator('#latency .plot').hover();
  expect(await page.locator('#latency .readout').textContent()).toMatch(/p50 [\d.]+ ms · p99/);
  await page.locator('button').click();
  await page.getByText('Copied', { exact: true }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    'drill run partition --members 3 --etcd go:3.7.3 --seed 42',
  );
});

test('hostile keys, values, names and messages are shown as text and never run', async () => {
  const run = hostileRun(violated);
  await using opened = await openReport(browser, renderReport(run));
  const { page, complaints, requests } = opened;
  await page.locator('#leaders .frame').focus();
  await page.keyboard.press('End');
  const found = await page.evaluate<{ text: string }>(`({
    hacked: 'hacked' in globalThis,
    images: document.images.length,
    scripts: document.scripts.length,
    text: document.documentElement.textContent,
  })`);
  expect(found).toMatchObject({ hacked: false, images: 0, scripts: 1 });
  for (const field of [
    'm1',
    'partition',
    'key-17',
    'v513',
    'etcdserver: no leader',
    'isolate m1',
    'go:3.7.3',
  ]) {
    expect(found.text).toContain(field);
  }
  expect(found.text.split(visible(hostile)).length).toBeGreaterThan(150);
  // oxlint-disable-next-line no-control-regex -- what must have been made visible
  expect(found.text).not.toMatch(/[\u0000\u001B\u202E]/);
  expect(complaints).toEqual([]);
  expect(requests).toEqual([]);
});

function focusedElement(page: Page): Promise<{ name: string; outlinePx: number }> {
  return page.evaluate(`(() => {
    const element = document.activeElement ?? document.body;
    const place = element.closest('figure')?.id ?? element.closest('.hero, section')?.className;
    const name = element === document.body ? 'BODY' : element.tagName + ' in ' + place?.split(' ')[0];
    return { name, outlinePx: Number.parseFloat(getComputedStyle(element).outlineWidth) };
  })()`);
}
