import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';

import { launchBrowser } from './browser.js';
import { eventually } from './eventually.js';

export interface View {
  name: string;
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
}

/** Wide and narrow, light and dark. */
export const VIEWS: readonly View[] = [
  { name: 'wide-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'narrow-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'narrow-dark', width: 390, height: 844, colorScheme: 'dark' },
];

const SCREENSHOTS = join(import.meta.dirname, '../browser/screenshots');

/** Opens pages of a server in a real browser, and remembers what the pages complain about. */
export class PageVisitor {
  /** Errors of scripts and of the console, the refusals that a suite provokes aside. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  static async launch(url: string): Promise<PageVisitor> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    return new PageVisitor(await launchBrowser(), url);
  }

  /** @param locale of the reader, such as `de` */
  async open(path: string, view: View = VIEWS[0]!, locale = 'en'): Promise<Page> {
    const { width, height, colorScheme } = view;
    const viewport = { width, height };
    const context = await this.browser.newContext({ viewport, colorScheme, locale });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      // The browser itself logs every refusal.
      const refused = /status of (?:4\d\d|50[03])/.test(message.text());
      if (message.type() === 'error' && !refused)
        this.complaints.push(`${path}: ${message.text()}`);
    });
    await page.goto(`${this.url}${path}`);
    return page;
  }

  async shoot(page: Page, name: string): Promise<void> {
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** What is shown while its successor is on the way is dimmed: nobody is meant to read it. */
async function upToDate(page: Page): Promise<void> {
  const pending = page.locator('.outdated');
  for (let tries = 0; tries < 50 && (await pending.count()) > 0; tries += 1) {
    await page.waitForTimeout(100);
  }
  // The dimming itself fades.
  await page.waitForTimeout(200);
}

/**
 * What axe finds, in words. A page that is read anew while axe looks at it is looked at again.
 * @param without rules that do not hold here
 * @param exclude what is looked at elsewhere, as a CSS selector
 */
export async function barriers(
  page: Page,
  without: string[] = [],
  exclude?: string,
): Promise<string[]> {
  let found: string[] = [];
  for (let looks = 0; looks < 3; looks += 1) {
    await upToDate(page);
    const axe = new AxeBuilder({ page }).disableRules(without);
    if (exclude !== undefined) axe.exclude(exclude);
    const { violations } = await axe.analyze();
    found = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ''}`);
    if (found.length === 0) break;
  }
  return found;
}

/** How much wider than the window the page is, pixels. */
export async function overflow(page: Page): Promise<number> {
  // A text, because the code runs in the page and not here.
  const wider = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return wider as number;
}

/**
 * What sticks out of the window on the right and makes the page wider, in words; nothing where the
 * page fits. It is looked at again, because a page may still be finding its place.
 */
export async function sticksOut(page: Page): Promise<string[]> {
  const code = `(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const isCut = (element) => {
      for (let one = element.parentElement; one && one !== document.body; one = one.parentElement)
        if (getComputedStyle(one).overflowX !== 'visible') return true;
      return false;
    };
    const found = [...document.body.querySelectorAll('*')].filter(
      (one) => one.getBoundingClientRect().right > width + 0.5 && !isCut(one),
    );
    return found.length === 0
      ? ['nothing to be seen']
      : found.map((one) => Math.round(one.getBoundingClientRect().right) + ' px: ' +
          one.cloneNode(false).outerHTML + (one.textContent ?? '').trim().slice(0, 40));
  })()`;
  let found: string[] = [];
  for (let looks = 0; looks < 5; looks += 1) {
    found = await page.evaluate<string[]>(code);
    if (found.length === 0) break;
    await page.waitForTimeout(300);
  }
  return found;
}

/** Waits until the expectation holds. */
export async function settles(expectation: () => void | Promise<void>): Promise<void> {
  let failure: unknown;
  const holds = async (): Promise<true | undefined> => {
    try {
      await expectation();
      return true;
    } catch (error) {
      failure = error;
      return undefined;
    }
  };
  await eventually(holds).catch(() => {
    throw failure;
  });
}
