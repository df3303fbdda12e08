import type { Browser, Page } from 'playwright-core';

import { table } from '../support/table.js';

const HOME = '/agent-performance';
const PAGES: readonly [name: string, path: string][] = [
  ['overview', ''],
  ['agents', '/agents'],
  ['agent', '/agents/agent-1'],
  ['tasks', '/tasks'],
  ['compare', '/compare'],
  ['alerts', '/alerts'],
  ['benchmarks', '/benchmarks'],
  ['dashboards', '/dashboards'],
  ['status', '/status'],
  ['settings', '/settings'],
];
const TIMES = 5;
/** What is watched after a page is drawn: what comes later may still move it. */
const WATCHED_MS = 2500;
/** Core Web Vitals as a lab goal, and what keeps a page from answering. */
const MOST = { lcpMs: 1200, cls: 0.02, blockedMs: 200, clickMs: 200 };

/** In the page, before anything else. */
const OBSERVE = `
  window.seen = { lcp: 0, cls: 0, blocked: 0, click: 0 };
  const watch = (type, take, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take))
      .observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', (one) => { seen.lcp = one.startTime; });
  watch('layout-shift', (one) => { if (!one.hadRecentInput) seen.cls += one.value; });
  watch('longtask', (one) => { seen.blocked += Math.max(0, one.duration - 50); });
  watch('event', (one) => {
    if (one.interactionId) seen.click = Math.max(seen.click, one.duration);
  }, { durationThreshold: 16 });
`;

interface Seen {
  lcp: number;
  cls: number;
  /** By tasks over 50 ms, their time beyond it. */
  blocked: number;
  click: number;
}

/** What a page was before anybody touched it, and after. */
type Load = Seen & { whileUsed: number };

/** Loads every page in a browser that remembers nothing. @returns whether all keep the budgets */
export async function measureLoads(browser: Browser, url: string): Promise<boolean> {
  const rows: (string | number)[][] = [];
  let isGood = true;
  for (const [name, path] of PAGES) {
    const loads: Load[] = [];
    let kilobytes = 0;
    for (let time = 0; time < TIMES; time += 1) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(OBSERVE);
      await page.goto(`${url}${HOME}${path}`);
      await page.waitForTimeout(WATCHED_MS);
      const loaded = await page.evaluate<Seen>('({ ...seen })');
      await interact(page);
      const used = await page.evaluate<Seen>('seen');
      loads.push({ ...used, blocked: loaded.blocked, whileUsed: used.blocked - loaded.blocked });
      kilobytes = await page.evaluate<number>(`[...performance.getEntriesByType('resource'),
        ...performance.getEntriesByType('navigation')]
        .reduce((sum, one) => sum + one.transferSize, 0) / 1024`);
      await context.close();
    }
    // What three quarters of the loads are within.
    const p75 = (of: (load: Load) => number): number =>
      loads.map(of).sort((a, b) => a - b)[Math.ceil(0.75 * TIMES) - 1] ?? NaN;
    const lcp = p75((load) => load.lcp);
    const cls = p75((load) => load.cls);
    const blocked = p75((load) => load.blocked);
    const whileUsed = p75((load) => load.whileUsed);
    const click = p75((load) => load.click);
    const keeps =
      lcp <= MOST.lcpMs &&
      cls <= MOST.cls &&
      Math.max(blocked, whileUsed) <= MOST.blockedMs &&
      click <= MOST.clickMs;
    isGood &&= keeps;
    const times = [blocked, whileUsed, click].map((ms) => ms.toFixed(0));
    const figures = [lcp.toFixed(0), cls.toFixed(3), ...times];
    rows.push([name, ...figures, kilobytes.toFixed(0), keeps ? 'kept' : 'MISSED']);
  }
  const heading = [
    'page, p75 of 5',
    'LCP ms',
    'CLS',
    'blocked ms',
    'while used',
    'click ms',
    'KiB',
  ];
  const most = [MOST.lcpMs, MOST.cls, MOST.blockedMs, MOST.blockedMs, MOST.clickMs];
  rows.push(['to keep', ...most, '', '']);
  console.log(table(heading, rows));
  return isGood;
}

/** The help sheet, the palette, and another page: what the page takes longest to answer counts. */
async function interact(page: Page): Promise<void> {
  await page.keyboard.press('?');
  await page.waitForTimeout(300);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+K');
  await page.waitForTimeout(300);
  await page.keyboard.press('Escape');
  const sidebar = page.locator('apt-sidebar a');
  await sidebar.nth(1).click();
  await page.waitForTimeout(500);
}
