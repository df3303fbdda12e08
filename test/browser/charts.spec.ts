import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from 'playwright-core';

import { dashboardWorld, queryOf, send, until } from '../support/dashboard-world.js';
import type { DashboardWorld } from '../support/dashboard-world.js';
import { barriers } from '../support/page-visitor.js';

jest.setTimeout(240_000);

describe('charts in a browser', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await dashboardWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  const panelOf = (page: Page, chart = 'execution-time') => page.getByTestId(`chart-${chart}`);
  const drawn = async (page: Page): Promise<void> => {
    await panelOf(page).locator('canvas').first().waitFor();
    await page.waitForTimeout(900);
  };
  const overview = async (query = 'from=now-7d&refresh=off'): Promise<Page> => {
    const page = await world.open(`/agent-performance?${query}`);
    await drawn(page);
    return page;
  };
  const chooseInMenu = async (page: Page, item: string): Promise<void> => {
    await panelOf(page).getByTestId('panel-menu').focus();
    await page.keyboard.press('Enter');
    const entry = panelOf(page).getByTestId(`menu-${item}`);
    await entry.waitFor();
    for (let step = 0; step < 20; step += 1) {
      const reached = await page.evaluate<string>('document.activeElement.dataset.testid ?? ""');
      if (reached === `menu-${item}`) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
  };

  it('share their crosshair, unless one does not want that', async () => {
    const page = await overview();
    const other = panelOf(page, 'success-rate').locator('.canvas');
    const box = (await panelOf(page).locator('.canvas').boundingBox())!;
    const point = async (): Promise<void> => {
      await page.mouse.move(box.x + box.width / 2, box.y + 80);
      await page.waitForTimeout(500);
    };
    const alone = await other.screenshot();
    await point();
    await until(page, async () => !(await other.screenshot()).equals(alone));
    await page.mouse.move(2, 2);
    await until(page, async () => (await other.screenshot()).equals(alone));
    await chooseInMenu(page, 'sync');
    await page.waitForTimeout(300);
    await point();
    expect((await other.screenshot()).equals(alone)).toBe(true);
    await page.close();
  });

  it('hide a series by the space bar, show one alone by a click, toggle with Ctrl', async () => {
    const page = await overview();
    const items = panelOf(page).getByTestId('legend-item');
    const pressed = (): Promise<(string | null)[]> =>
      Promise.all([0, 1, 2].map((at) => items.nth(at).getAttribute('aria-pressed')));
    const all = await panelOf(page).locator('.canvas').screenshot();
    await items.first().focus();
    await page.keyboard.press('Space');
    await until(page, async () => (await pressed()).join() === 'false,true,true');
    await until(
      page,
      async () => !(await panelOf(page).locator('.canvas').screenshot()).equals(all),
    );
    await items.nth(1).click();
    await until(page, async () => (await pressed()).join() === 'false,true,false');
    await items.nth(2).click({ modifiers: ['Control'] });
    await until(page, async () => (await pressed()).join() === 'false,true,true');
    await page.close();
  });

  it('show what is missing as missing, and say so in their table', async () => {
    const page = await overview();
    await panelOf(page).getByTestId('as-table').click();
    const rows = panelOf(page).locator('tbody tr');
    await until(page, async () => (await rows.count()) > 160);
    const missing = rows.filter({ hasText: 'no data' });
    // An hour in which nothing succeeded has no durations either: the hole is where nothing ran.
    const tasks = missing.locator('td:last-child');
    const isHole = (text: string): boolean => text.trim() === '0';
    await until(page, async () => (await tasks.allTextContents()).filter(isHole).length >= 2);
    expect(await missing.count()).toBeLessThan(20);
    const label = await panelOf(page).locator('.scroll').getAttribute('aria-label');
    expect(label).toMatch(/p95 from .* to .*, last/);
    await page.close();
  });

  it('are downloaded, linked and shown in full screen by keys alone', async () => {
    const page = await overview();
    await page.context().grantPermissions(['clipboard-read']);
    const saved = async (item: string): Promise<{ name: string; bytes: Buffer }> => {
      const download: Promise<Download> = page.waitForEvent('download');
      await chooseInMenu(page, item);
      const file = await download;
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    const csv = await saved('csv');
    expect(csv.name).toMatch(/^execution-time-[\d-]+\.csv$/);
    const [head, first] = csv.bytes.toString().split('\r\n');
    expect(head).toBe('\ufeffFrom,p50,p95,p99,Tasks');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT.*Z,[\d.]*,[\d.]*,[\d.]*,\d+$/);
    const json = JSON.parse((await saved('json')).bytes.toString()) as { Tasks: number }[];
    expect(json.length).toBeGreaterThan(160);
    const png = await saved('png');
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(png.bytes.length).toBeGreaterThan(10_000);
    await chooseInMenu(page, 'exact');
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(new URL(link).searchParams.get('from')).toMatch(/^\d{4}-.*Z$/);
    await chooseInMenu(page, 'full');
    await until(page, () => page.evaluate<boolean>('document.fullscreenElement !== null'));
    await chooseInMenu(page, 'full');
    await until(page, () => page.evaluate<boolean>('document.fullscreenElement === null'));
    await page.close();
  });

  it('draw an agent in one colour on every page, and mark few samples', async () => {
    const page = await overview();
    const card = page.getByTestId('agent-card').filter({ hasText: 'Agent 3' });
    const line = (of: Locator): Promise<string | null> =>
      of.locator('apt-agent-swatch i').getAttribute('style');
    const onCard = await line(card);
    expect(onCard).toMatch(/border-top: .*#|rgb/);
    const compare = await world.open('/agent-performance/compare?from=now-7d');
    const row = compare.getByTestId('compare-row').filter({ hasText: 'Agent 3' });
    await row.waitFor();
    expect(await line(row)).toBe(onCard);
    const rare = page.getByTestId('agent-card').filter({ hasText: 'Rare' });
    expect(await rare.textContent()).toContain('low sample');
    await page.close();
    await compare.close();
  });

  it('mark what was expected, from when alerts fire, and when they did', async () => {
    await send(world.server, [
      {
        agentId: 'agent-1',
        agentName: 'Agent 1',
        agentType: 'cognitive',
        taskId: 'endless',
        complexity: 1,
        status: 'success',
        endedAt: new Date().toISOString(),
        durationMs: 600_000,
      },
    ]);
    const page = await overview('from=now-6h&type=cognitive');
    const legend = panelOf(page).getByTestId('legend-item');
    await legend.filter({ hasText: 'benchmark' }).waitFor();
    await legend.filter({ hasText: 'critical from' }).waitFor();
    const episode = panelOf(page).getByTestId('episode').first();
    await episode.waitFor();
    await episode.focus();
    await page.keyboard.press('Enter');
    await until(page, () => Promise.resolve(page.url().includes('/alerts')));
    expect(queryOf(page).get('alert')).toMatch(/~/);
    expect(queryOf(page).get('from')).toBe('now-6h');
    await page.close();
  });

  it('are given up with their page: changes of the route leave no heap behind', async () => {
    const page = await overview('from=now-24h&refresh=off');
    const session = await page.context().newCDPSession(page);
    const change = async (times: number): Promise<void> => {
      for (let round = 0; round < times / 2; round += 1) {
        await page.locator('apt-sidebar a[href*="/compare"]').first().click();
        await page.getByTestId('chart-radar').locator('canvas').first().waitFor();
        await page.locator('apt-sidebar a').first().click();
        await panelOf(page).locator('canvas').first().waitFor();
      }
    };
    const heap = async (): Promise<{ mb: number; nodes: number }> => {
      await page.waitForTimeout(500);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      const { nodes } = await session.send('Memory.getDOMCounters');
      return { mb: usedSize / 1e6, nodes };
    };
    await change(20);
    const before = await heap();
    // Two hundred where it is a question of hours; here as many as a test has time for.
    const changes = Number(process.env['ROUTE_CHANGES'] ?? 40);
    await change(changes);
    const after = await heap();
    console.info(
      `${changes} changes of the route: heap ${before.mb.toFixed(1)} → ${after.mb.toFixed(1)} MB, ` +
        `${before.nodes} → ${after.nodes} nodes`,
    );
    // A chart that stays keeps some hundred kilobytes, and there are a dozen on the two pages.
    expect((after.mb - before.mb) / changes).toBeLessThan(0.1);
    expect(after.nodes).toBeLessThan(before.nodes * 1.5 + 500);
    await page.close();
  });

  it('move nothing when they come, and fail one by one', async () => {
    const page = await world.open('/agent-performance?from=now-24h');
    await page.evaluate(`
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await drawn(page);
    await page.getByTestId('refresh-now').dispatchEvent('click');
    await page.waitForTimeout(1500);
    const shift = await page.evaluate<number>('window.shift');
    console.info(`layout shift ${shift.toFixed(4)}`);
    expect(shift).toBeLessThanOrEqual(0.02);
    await page.close();
  });

  it('say why there is nothing, in three ways, each with what to do', async () => {
    const nobody = await world.open('/agent-performance?project=sample');
    const elsewhere = nobody.getByTestId('empty-no-agents');
    await Promise.race([elsewhere.waitFor(), nobody.locator('apt-notices').first().waitFor()]);
    await nobody.goto(`${world.server.url}/agent-performance/compare?project=sample`);
    await nobody.getByTestId('nobody').getByRole('link').waitFor();
    expect(await nobody.getByTestId('too-few').count()).toBe(0);
    await nobody.close();
    const page = await world.open('/agent-performance?from=2026-01-01&to=2026-01-02');
    const quiet = page.getByTestId('empty-window');
    await quiet.waitFor();
    const why = await quiet.locator('h2').textContent();
    await quiet.getByTestId('widen').click();
    await until(page, () => Promise.resolve(queryOf(page).get('from') !== '2026-01-01'));
    await page.goto(`${world.server.url}/agent-performance?from=now-24h&type=nobody`);
    const filtered = page.getByTestId('empty-filters');
    await filtered.waitFor();
    expect(await filtered.locator('h2').textContent()).not.toBe(why);
    await filtered.getByTestId('clear-filters').click();
    await drawn(page);
    expect(queryOf(page).has('type')).toBe(false);
    await page.close();
  });

  it('lead who is not signed in to where one signs in, and keep where one was', async () => {
    const before = world.complaints.length;
    const page = await world.open('/agent-performance/settings');
    await page.route('**/summary/total*', (route) =>
      route.fulfill({ status: 401, json: { code: 'unauthenticated', title: 'x', status: 401 } }),
    );
    await page.goto(`${world.server.url}/agent-performance?from=now-7d&type=cognitive`);
    await until(page, () => Promise.resolve(page.url().includes('sign-in')));
    expect(queryOf(page).get('return')).toBe('/agent-performance?from=now-7d&type=cognitive');
    await page.close();
    // The browser itself reports the answer.
    world.complaints.splice(before);
  });

  it.each(['light', 'dark'] as const)('break no rule of accessibility: %s', async (colorScheme) => {
    for (const path of ['', '/compare']) {
      const page = await world.open(`/agent-performance${path}?from=now-7d`, { colorScheme });
      await page.locator('canvas').first().waitFor();
      await page.getByTestId('range-trigger').click();
      await page.waitForTimeout(500);
      expect(await barriers(page)).toEqual([]);
      await page.close();
    }
  });

  it('logged no error', () => {
    expect(world.complaints).toEqual([]);
  });
});
