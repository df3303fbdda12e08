import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { weekOfWork } from '../support/dashboard-world.js';
import { PageRest } from '../support/page-rest.js';
import { PageVisitor, VIEWS, overflow } from '../support/page-visitor.js';

const HOME = '/agent-performance';
const SIZES = [VIEWS[0]!, VIEWS[3]!];
const PAGES = [
  '',
  '/agents',
  '/agents/agent-1',
  '/tasks',
  '/compare',
  '/alerts',
  '/alerts/rules',
  '/alerts/silences',
  '/alerts/history',
  '/benchmarks',
  '/dashboards',
  '/status',
  '/settings',
  '/settings/account',
];

// A browser on a busy machine takes its time.
jest.setTimeout(600_000);

/** Makes each word of the page a third longer, with accents, as translations are; runs in the page. */
const LENGTHEN = `(() => {
  const accents = { a: 'á', e: 'ê', i: 'ï', o: 'ø', u: 'ü', A: 'Å', E: 'É', O: 'Ö', U: 'Û' };
  const longer = (text) => text.replace(/(?<![\\p{L}])[A-Za-z]{3,}(?![\\p{L}])/gu, (word) =>
    word.replace(/[aeiouAEOU]/g, (one) => accents[one]) + 'ø'.repeat(Math.ceil(word.length * 0.34)));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts)
    if (!text.parentElement.closest('bdi, pre, code, script, style, option')) text.data = longer(text.data);
})()`;

/** What a reader loses: words of keys and headings that are cut off without an ellipsis. */
const CUT = `[...[...document.querySelectorAll('nav, aside')]
  .filter((one) => one.checkVisibility() && getComputedStyle(one).overflowX !== 'auto')
  .filter((one) => one.scrollWidth > one.clientWidth + 1),
  ...[...document.querySelectorAll('button, a, th, legend, h1, h2, h3, .badge')]
  .filter((one) => one.checkVisibility() && !one.querySelector('bdi') && !one.closest('.sr-only'))
  .filter((one) => {
    const { overflowX, textOverflow } = getComputedStyle(one);
    return overflowX !== 'visible' && textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1;
  })]
  .map((one) => one.textContent.trim().slice(0, 60))`;

describe('the pages in other languages than they were drawn in, in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;

  beforeAll(async () => {
    server = await bootApp();
    visitor = await PageVisitor.launch(server.url);
    const sent = await server.send('POST', '/metrics', weekOfWork(Date.now()));
    expect(sent.status).toBeLessThan(300);
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
  });

  /** Walks through the pages; @returns what does not fit. */
  async function misfits(
    page: Page,
    name: string,
    change: (page: Page) => Promise<unknown>,
  ): Promise<string[]> {
    const rest = new PageRest(page);
    const found: string[] = [];
    for (const path of PAGES) {
      await rest.follow(`${HOME}${path}?window=7d`);
      await page.locator('h1').first().waitFor();
      await rest.settled();
      await change(page);
      await page.waitForTimeout(100);
      await visitor.shoot(page, `${name}${path.replaceAll('/', '-') || '-overview'}`);
      const wider = await overflow(page);
      if (wider > 0) found.push(`${path}: ${wider} px too wide`);
      const cut = await page.evaluate<string[]>(CUT);
      found.push(...cut.map((text) => `${path}: cut off: ${text}`));
    }
    await page.context().close();
    return found;
  }

  it.each(SIZES)('fit when each word is a third longer: $name', async (view) => {
    const page = await visitor.open(HOME, view);
    const longer = (at: Page): Promise<unknown> => at.evaluate(LENGTHEN);
    expect(await misfits(page, `longer-${view.name}`, longer)).toEqual([]);
  });

  it.each(SIZES)('fit when they are read from right to left: $name', async (view) => {
    const page = await visitor.open(HOME, view);
    const turned = (at: Page): Promise<unknown> => at.evaluate(`document.dir = 'rtl'`);
    expect(await misfits(page, `rtl-${view.name}`, turned)).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });
});
