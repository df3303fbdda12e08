import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { barriers } from '../support/page-visitor.js';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots', 'shell');
const HOME = '/agent-performance';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('what surrounds every page, in a browser', () => {
  let server: BootedApp;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    server = await bootApp();
    browser = await launchBrowser();
    await ingest('planner-1', 60_000);
    await ingest('reader-1', 400);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const ingest = async (agentId: string, durationMs: number): Promise<void> => {
    const { status } = await server.send('POST', '/metrics', {
      agentId,
      agentType: 'orchestrator',
      taskId: `task of ${agentId}`,
      complexity: 1,
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs,
    });
    expect(status).toBeLessThan(300);
  };

  const open = async (path = HOME, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
      ...options,
    });
    const page = await context.newPage();
    await page.goto(`${server.url}${path}`);
    await page.getByTestId('live-pill').waitFor();
    return page;
  };
  const holds = (expectation: () => boolean | Promise<boolean>): Promise<true> =>
    eventually(async () => (await expectation()) || undefined);
  const root = (page: Page, name: string): Promise<string | null> =>
    page.locator('html').getAttribute(name);
  const focused = async (locator: Locator): Promise<boolean> =>
    (await locator.and(locator.page().locator(':focus')).count()) === 1;
  const path = (page: Page): string => new URL(page.url()).pathname;

  it('finds pages, agents, ranges and actions by letters, and gives the focus back', async () => {
    const page = await open();
    const trigger = page.getByTestId('search');
    await trigger.focus();
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Search and commands' });
    await box.waitFor();
    const options = page.getByTestId('palette-option');
    await options.first().waitFor();
    await page.keyboard.type('planr');
    await options.filter({ hasText: 'planner-1' }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'palette.png') });
    expect(await box.getAttribute('aria-activedescendant')).toBe('palette-0');
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    expect(await focused(trigger)).toBe(true);

    await page.keyboard.press('Control+k');
    await box.waitFor();
    await page.keyboard.type('last hour');
    await page.keyboard.press('Enter');
    await holds(() => page.url().includes('from=now-1h'));
    // What was chosen lately leads.
    await page.keyboard.press('Control+k');
    await options.first().waitFor();
    expect(await options.first().textContent()).toContain('Last hour');
    await page.context().close();
  });

  it('answers within a tenth of a second', async () => {
    const page = await open();
    await page.getByTestId('search').click();
    await page.getByTestId('palette-option').first().waitFor();
    const tookMs = await page.evaluate(`new Promise((resolve) => {
      const field = document.querySelector('[data-testid=palette] input');
      const list = document.querySelector('#palette-list');
      const from = performance.now();
      new MutationObserver(() => resolve(performance.now() - from)).observe(list, {
        childList: true, subtree: true, characterData: true, attributes: true });
      field.value = 'ale';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    })`);
    expect(tookMs).toBeLessThan(100);
    await page.context().close();
  });

  it.each([
    ['d', HOME],
    ['a', `${HOME}/alerts`],
    ['c', `${HOME}/compare`],
    ['b', `${HOME}/benchmarks`],
    ['t', `${HOME}/tasks`],
    ['s', `${HOME}/settings`],
  ])('goes by g %s to %s', async (key, target) => {
    const page = await open(target === HOME ? `${HOME}/alerts` : HOME);
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await holds(() => path(page) === target);
    await page.context().close();
  });

  it('pauses by space, opens the range by t, the sheet by ?, the search by /', async () => {
    const page = await open();
    const pill = page.getByTestId('live-pill');
    await holds(async () => (await pill.textContent())?.trim() === 'Live');
    await page.keyboard.press(' ');
    await holds(async () => (await pill.textContent())?.includes('Paused') ?? false);
    await page.keyboard.press(' ');
    await holds(async () => (await pill.textContent())?.trim() === 'Live');
    const read = page.waitForRequest(/\/summary/);
    await page.keyboard.press('r');
    await read;
    await page.keyboard.press('t');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByTestId('help-sheet').locator('dialog').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'help.png') });
    await page.keyboard.press('Escape');
    await page.getByTestId('help-sheet').waitFor({ state: 'detached' });
    await page.goto(`${server.url}${HOME}/alerts`);
    const search = page.getByTestId('filter-text');
    await search.waitFor();
    await page.keyboard.press('/');
    expect(await focused(search)).toBe(true);
    // Letters belong to the field now.
    await page.keyboard.type('gb?');
    expect(await search.inputValue()).toBe('gb?');
    expect(path(page)).toBe(`${HOME}/alerts`);
    await page.context().close();
  });

  it('walks over alerts by j and k, opens by enter and resolves by e', async () => {
    await ingest('walker-1', 60_000);
    await ingest('walker-2', 60_000);
    const page = await open(`${HOME}/alerts`);
    const rows = page.getByTestId('alert-row');
    await rows.nth(1).waitFor();
    await page.keyboard.press('j');
    expect(await focused(rows.nth(0))).toBe(true);
    await page.keyboard.press('j');
    expect(await focused(rows.nth(1))).toBe(true);
    await page.keyboard.press('k');
    expect(await focused(rows.nth(0))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByTestId('alert-drawer').locator('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('alert-drawer').waitFor({ state: 'detached' });
    const count = await rows.count();
    await page.keyboard.press('j');
    const resolved = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().includes('/alerts/'),
    );
    await page.keyboard.press('e');
    await resolved;
    await holds(async () => (await rows.count()) < count);
    await page.context().close();
  });

  it('leaves single keys alone where the reader wants it so, also after a reload', async () => {
    const page = await open(`${HOME}/settings/account`);
    await page.getByTestId('shortcuts').click();
    await page.reload();
    await page.getByTestId('live-pill').waitFor();
    expect(await page.getByTestId('shortcuts').isChecked()).toBe(false);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.keyboard.press('?');
    await page.waitForTimeout(300);
    expect(path(page)).toBe(`${HOME}/settings/account`);
    expect(await page.getByTestId('help-sheet').count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    await page.context().close();
  });

  it('remembers theme, density and language, and asks the tracker nothing for it', async () => {
    const page = await open(`${HOME}/settings/account`);
    await page.getByTestId('density').waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.getByTestId('live-pill').click();
    await page.waitForTimeout(500);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/') && !request.url().includes('/status')) {
        asked.push(request.url());
      }
    });
    await page.getByTestId('theme').selectOption('dark');
    await page.getByTestId('density').selectOption('comfortable');
    await page.getByTestId('language').selectOption('de');
    await page.getByTestId('nav-alerts').filter({ hasText: 'Alarme' }).waitFor();
    expect(asked).toEqual([]);
    expect(await page.title()).toBe('Einstellungen · Agent Performance');
    await page.addInitScript(`document.addEventListener('DOMContentLoaded', () => {
      window.atFirst = { ...document.documentElement.dataset };
    })`);
    await page.reload();
    const first = await page.evaluate('window.atFirst');
    expect(first).toMatchObject({ theme: 'dark', density: 'comfortable' });
    expect(await root(page, 'lang')).toBe('de');
    await page.context().close();
  });

  it('tells how old the figures are when the network goes, and holds writes back', async () => {
    await ingest('walker-3', 60_000);
    const page = await open(`${HOME}/alerts`);
    const resolve = page.getByTestId('alert-resolve').first();
    await resolve.waitFor();
    const wrote: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') wrote.push(request.url());
    });
    await page.context().setOffline(true);
    const banner = page.getByTestId('offline');
    await banner.waitFor();
    expect(await banner.textContent()).toMatch(/Figures are from \d\d:\d\d:\d\d/);
    await page.screenshot({ path: join(SCREENSHOTS, 'offline.png') });
    await resolve.click({ force: true });
    await page.getByTestId('toast').filter({ hasText: 'Not changed' }).waitFor();
    expect(wrote.filter((url) => url.includes('/alerts/'))).toEqual([]);
    await page.context().setOffline(false);
    await banner.waitFor({ state: 'detached', timeout: 60_000 });
    await resolve.click();
    await holds(() => wrote.some((url) => url.includes('/alerts/')));
    await page.context().close();
  });

  it('says many alerts as one message, takes no focus, and keeps all in the list', async () => {
    const page = await open();
    await page.getByTestId('alert-row').first().waitFor();
    await page.getByTestId('search').focus();
    await Promise.all(Array.from({ length: 30 }, (_, n) => ingest(`flood-${n}`, 60_000)));
    const toast = page.getByTestId('toast');
    await toast.filter({ hasText: 'new alert' }).first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(3000);
    expect(await toast.count()).toBeLessThanOrEqual(3);
    expect(await toast.filter({ hasText: /\d+ new alerts?, \d+ critical/ }).count()).toBe(1);
    expect(await focused(page.getByTestId('search'))).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, 'toast.png') });
    await page.getByTestId('messages').click();
    await page.getByTestId('said-row').filter({ hasText: 'new alert' }).first().waitFor();
    await page.getByTestId('mute').click();
    await page.keyboard.press('Escape');
    await toast.first().getByRole('button').click();
    await ingest('quiet-1', 60_000);
    await page.waitForTimeout(5000);
    expect(await toast.filter({ hasText: 'new alert' }).count()).toBe(0);
    await page.context().close();
  });

  it('counts open alerts in the navigation, also those that somebody looks after', async () => {
    const page = await open();
    const badge = page.getByTestId('alert-count');
    await badge.waitFor();
    const { body } = await server.get<{
      data: { open: { firing: number; acknowledged: number } };
    }>('/alerts/stats');
    const { firing, acknowledged } = body.data.open;
    expect(await badge.textContent()).toContain(String(firing + acknowledged));
    const { body: list } = await server.get<{ data: { id: string }[] }>('/alerts?state=firing');
    await server.send('POST', `/alerts/${list.data[0]?.id ?? ''}/acknowledge`, {});
    await page.reload();
    await badge.waitFor();
    expect(await badge.textContent()).toContain(String(firing + acknowledged));
    await page.context().close();
  });

  it('hides everything but the figures on a wall, and stays live', async () => {
    const page = await open(`${HOME}?kiosk=1`);
    await holds(async () => !(await page.locator('apt-sidebar').isVisible()));
    await page.getByTestId('agent-card').first().waitFor();
    await holds(async () => (await page.getByTestId('live-pill').textContent())?.trim() === 'Live');
    await page.screenshot({ path: join(SCREENSHOTS, 'kiosk.png') });
    await page.getByTestId('leave-kiosk').click();
    await page.locator('apt-sidebar nav').first().waitFor();
    expect(page.url()).not.toContain('kiosk');
    await page.context().close();
  });

  it('folds the navigation to icons that still have names', async () => {
    const page = await open();
    await page.getByTestId('collapse').click();
    await page.getByRole('link', { name: 'Benchmarks' }).waitFor();
    const box = await page.locator('apt-sidebar .sidebar').boundingBox();
    expect(box?.width).toBeLessThan(60);
    await page.screenshot({ path: join(SCREENSHOTS, 'narrow.png') });
    await page.reload();
    await page.getByTestId('collapse').waitFor();
    expect(await root(page, 'data-sidebar')).toBe('narrow');
    await page.context().close();
  });
});
