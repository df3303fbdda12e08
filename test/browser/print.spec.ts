import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';

import { dashboardWorld } from '../support/dashboard-world.js';
import type { DashboardWorld } from '../support/dashboard-world.js';

const SHOTS = 'test/browser/screenshots';
/** A4 in CSS pixels, less the margins. */
const PAPER = { width: 718, height: 1046 };
const MARGIN = { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' };

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

/** What stands beyond the right edge, or is cut off inside its own box. */
const CUT_OFF = `(() => {
  const root = document.querySelector('main') ?? document.body;
  const seen = [...root.querySelectorAll('*')].filter((one) => one.checkVisibility());
  const edge = document.documentElement.clientWidth + 1;
  const beyond = seen.filter((one) => one.getBoundingClientRect().right > edge);
  const cut = seen.filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one);
    const sideways = overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1;
    const down = overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 1;
    const shortened = getComputedStyle(one).textOverflow === 'ellipsis' || one.closest('.sr-only');
    return (sideways || down) && !shortened && one.clientHeight > 1;
  });
  return [...beyond, ...cut].map((one) => one.outerHTML.replace(/<!--.*?-->/gs, '').slice(0, 110)).slice(0, 8);
})()`;

describe('pages on paper', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await dashboardWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  const onPaper = async (page: Page): Promise<void> => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    await page.waitForTimeout(1500);
  };
  const pdf = async (page: Page, name: string): Promise<number> => {
    const bytes = await page.pdf({ format: 'A4', printBackground: true, margin: MARGIN });
    writeFileSync(`${SHOTS}/${name}.pdf`, bytes);
    return (bytes.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
  };

  it.each([
    ['overview', '/agent-performance?from=now-24h'],
    ['agents', '/agent-performance/agents?from=now-7d'],
    ['agent', '/agent-performance/agents/agent-1?from=now-24h'],
    ['compare', '/agent-performance/compare?from=now-7d'],
    ['tasks', '/agent-performance/tasks?from=now-24h'],
    ['alerts', '/agent-performance/alerts'],
    ['status', '/agent-performance/status'],
  ])(
    'shows %s whole, in light colours, without what one cannot press on paper',
    async (name, at) => {
      const page = await world.open(at, { colorScheme: 'dark' });
      await page.locator('h1').first().waitFor();
      await page.waitForTimeout(1500);
      await onPaper(page);
      expect([name, await page.evaluate<string[]>(CUT_OFF)]).toEqual([name, []]);
      const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const [red = 0] = (/\d+/.exec(ground) ?? []).map(Number);
      expect([name, red]).toEqual([name, expect.any(Number)]);
      expect(red).toBeGreaterThan(230);
      for (const gone of ['apt-sidebar', 'apt-live-pill', 'apt-range-picker', 'apt-views-menu']) {
        expect([gone, await page.locator(gone).first().isVisible()]).toEqual([gone, false]);
      }
      await page.screenshot({ path: `${SHOTS}/print-${name}.png`, fullPage: true });
      const sheets = await pdf(page, `print-${name}`);
      expect(sheets).toBeGreaterThanOrEqual(1);
      expect(sheets).toBeLessThan(name === 'tasks' ? 20 : 8);
      await page.close();
    },
  );

  it('names the range and the time that a printed page is about', async () => {
    const page = await world.open('/agent-performance?from=now-24h');
    await page.locator('h1').first().waitFor();
    await onPaper(page);
    const said = (await page.locator('apt-page-header .printed').textContent()) ?? '';
    expect(said).toMatch(/Last 24 hours/);
    expect(said).toMatch(/20\d\d/);
    await page.close();
  });

  it('prints a report whole', async () => {
    const page = await world.open('/agent-performance/agents/agent-1?from=now-24h');
    await page.locator('h1').first().waitFor();
    await page.waitForTimeout(1500);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('report').click(),
    ]);
    const html = await readFile(await download.path(), 'utf8');
    const charts = await page.locator('main apt-chart canvas').count();
    expect(charts).toBeGreaterThan(3);
    await page.goto('about:blank');
    await page.setContent(html);
    await onPaper(page);
    expect(await page.evaluate<string[]>(CUT_OFF)).toEqual([]);
    // Whatever layers a chart is drawn on, it is one picture.
    const texts = await page.evaluate<string[]>('[...document.images].map(({ alt }) => alt)');
    expect(texts.length).toBeGreaterThan(3);
    expect(new Set(texts).size).toBe(texts.length);
    await page.screenshot({ path: `${SHOTS}/print-report.png`, fullPage: true });
    expect(await pdf(page, 'print-report')).toBeGreaterThanOrEqual(1);
    await page.close();
  });
});
