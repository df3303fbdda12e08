import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, Execution } from '@app/contracts';
import type { Locator, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageRest } from '../support/page-rest.js';
import { PageVisitor, VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';
import { EVIL, parseId, readId, sendTasks } from '../support/task-history.js';

const HOME = '/agent-performance/tasks';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

/** Runs in the page. */
function scrollTo(element: unknown, top: number): void {
  (element as { scrollTop: number }).scrollTop = top;
}

describe('the tasks page in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;
  beforeAll(async () => {
    server = await bootApp();
    visitor = await PageVisitor.launch(server.url);
    await sendTasks(server);
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
  });

  const list = async (query: string): Promise<Execution[]> =>
    (await server.get<Answer<Execution[]>>(`/metrics?window=24h&${query}`)).body.data;
  const rows = (page: Page): Locator => page.getByTestId('task-row');
  const shown = async (page: Page): Promise<string[]> =>
    (await rows(page).allTextContents()).map((text) => text.replaceAll(/\s+/g, ' '));

  it('filters and sorts on the server, by what the address says', async () => {
    const page = await visitor.open(`${HOME}?window=24h`);
    await rows(page).first().waitFor();
    await page.getByTestId('filter-status').selectOption('failure');
    await page.getByTestId('filter-text').fill('did not');
    await page.waitForURL(/status=failure.*q=did(?:%20|\+)not/);
    await page.getByTestId('filter-min').fill('61 s');
    await page.getByTestId('filter-min').press('Enter');
    await page.getByTestId('sort-duration').click();
    await page.waitForURL(/sort=durationMs/);
    const query = 'status=failure&q=did%20not&minDurationMs=61000&sort=durationMs&limit=100';
    const expected = await list(query);
    expect(expected.length).toBe(6);
    await settles(async () => expect(await rows(page).count()).toBe(expected.length));
    const texts = await shown(page);
    expected.forEach((run, at) => expect(texts[at]).toContain(run.taskName));
    // The same in a fresh browser: the address is all there is to it.
    const again = await visitor.open(page.url().slice(server.url.length));
    await settles(async () => expect(await shown(again)).toEqual(texts));
    await again.context().close();
    await page.goBack();
    await settles(() => expect(page.url()).not.toContain('sort=durationMs'));
    await page.context().close();
  });

  it('draws few of many rows, by wheel and by keys, to the last', async () => {
    const page = await visitor.open(`${HOME}?window=24h&task=read`);
    await rows(page).first().waitFor();
    const scroller = page.getByTestId('task-scroller');
    let most = 0;
    await settles(async () => {
      await scroller.evaluate(scrollTo, 1e9);
      most = Math.max(most, await rows(page).count());
      expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('5001');
    });
    expect(most).toBeLessThan(120);
    const all = await list('taskType=read&limit=1000&sort=startedAt&order=asc');
    await settles(async () => {
      // The last page may have come after the last turn of the wheel.
      await scroller.evaluate(scrollTo, 1e9);
      expect((await shown(page)).at(-1)).toContain(all[0]?.taskName);
    });
    await scroller.evaluate(scrollTo, 0);
    await page.locator('[data-row="0"]').focus();
    for (let at = 0; at < 70; at += 1) await page.keyboard.press(at % 2 ? 'j' : 'ArrowDown');
    await settles(async () => {
      const focused = await page.evaluate('document.activeElement?.dataset?.row');
      expect(focused).toBe('70');
    });
    expect(await rows(page).count()).toBeLessThan(120);
    await page.context().close();
  });

  it('opens an execution by keys, with its place in the trace, and gives the focus back', async () => {
    const page = await visitor.open(`${HOME}?window=24h&trace=trace-7`);
    const button = rows(page).filter({ hasText: 'Read it' }).getByRole('button');
    await button.focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByTestId('task-drawer');
    const steps = drawer.getByTestId('task-trace').getByRole('listitem');
    await settles(async () => expect(await steps.count()).toBe(3));
    const texts = await steps.allTextContents();
    expect(texts.map((text) => /Plan it|Read it|Parse it/.exec(text)?.[0])).toEqual([
      'Plan it',
      'Read it',
      'Parse it',
    ]);
    expect(await drawer.textContent()).toContain(EVIL);
    expect(page.url()).toContain(`execution=${readId}`);
    expect(await barriers(page)).toEqual([]);
    await visitor.shoot(page, 'task-drawer');
    await steps.nth(2).getByRole('link').click();
    await settles(() => expect(page.url()).toContain(`execution=${parseId}`));
    await drawer.getByRole('heading', { name: 'Parse it' }).waitFor();
    await page.goBack();
    await drawer.getByRole('heading', { name: 'Read it' }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.locator('dialog').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('execution=');
    const focused = await page.evaluate('document.activeElement?.getAttribute("aria-label")');
    expect(focused).toBe('Details of Read it');
    await page.context().close();
  });

  it('opens one from a bare link, and says so where it is not stored', async () => {
    const page = await visitor.open(`${HOME}?execution=${parseId}`);
    await page.getByTestId('task-drawer').getByRole('heading', { name: 'Parse it' }).waitFor();
    await page.goto(`${server.url}${HOME}?execution=${randomUUID()}`);
    await page.getByText('This execution is not stored').waitFor();
    await page.context().close();
  });

  it('shows the same question as a chart and back', async () => {
    const page = await visitor.open(`${HOME}?window=24h&task=write`);
    await rows(page).first().waitFor();
    await page.getByTestId('shape').getByRole('button', { name: 'Chart' }).click();
    await page.waitForURL(/task=write.*show=chart/);
    await page.getByTestId('task-scatter').locator('canvas').first().waitFor();
    const label = await page
      .getByTestId('task-scatter')
      .locator('[aria-label*="12 tasks"]')
      .count();
    expect(label).toBeGreaterThan(0);
    expect(
      await page.getByTestId('task-errors').locator('[aria-label*="ParseError"]').count(),
    ).toBe(1);
    await visitor.shoot(page, 'task-chart');
    await page.getByTestId('shape').getByRole('button', { name: 'Table' }).click();
    await settles(async () => expect(await rows(page).count()).toBe(12));
    await page.context().close();
  });

  it('hides and resizes columns by keys, and remembers it', async () => {
    const page = await visitor.open(`${HOME}?window=24h&task=write`);
    await rows(page).first().waitFor();
    const columns = page.getByTestId('columns-menu');
    await columns.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Columns' }).waitFor();
    for (const [id, checked] of [
      ['memory', 'false'],
      ['id', 'true'],
    ] as const) {
      // The menu stays open: one chooses several.
      const item = page.getByTestId(`column-${id}`);
      await item.focus();
      await page.keyboard.press('Enter');
      await settles(async () => expect(await item.getAttribute('aria-checked')).toBe(checked));
    }
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await settles(async () =>
      expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('columns-menu'),
    );
    const handle = page.getByRole('separator', { name: 'Width of column Task' });
    const before = Number(await handle.getAttribute('aria-valuenow'));
    await handle.focus();
    for (let at = 0; at < 4; at += 1) await page.keyboard.press('ArrowRight');
    await page.reload();
    await rows(page).first().waitFor();
    expect(Number(await handle.getAttribute('aria-valuenow'))).toBe(before + 64);
    const heads = await page.getByRole('columnheader').allTextContents();
    expect(heads.map((text) => text.trim())).toContain('Id');
    expect(heads.map((text) => text.trim())).not.toContain('Memory');
    await page.context().close();
  });

  it('tells nothing found from nothing there and from failure', async () => {
    const page = await visitor.open(`${HOME}?window=24h&q=nobody-says-this`);
    await page.getByTestId('none-fit').waitFor();
    await visitor.shoot(page, 'task-none-fit');
    await page.getByTestId('none-fit').getByRole('button').click();
    await rows(page).first().waitFor();
    await page.goto(`${server.url}${HOME}?tab=running`);
    await page.getByTestId('running-row').filter({ hasText: 'Long haul' }).waitFor();
    await page.route('**/agent-performance/metrics?**', (route) => route.abort());
    await page.goto(`${server.url}${HOME}?window=24h`);
    await page.getByTestId('panel-error').waitFor();
    await visitor.shoot(page, 'task-error');
    await page.unroute('**/agent-performance/metrics?**');
    await page.getByRole('button', { name: /retry/i }).click();
    await rows(page).first().waitFor();
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    for (const [name, query] of [
      ['table', ''],
      ['chart', '&show=chart'],
      ['running', '&tab=running'],
    ] as const) {
      const page = await visitor.open(`${HOME}?window=24h${query}`, view);
      await page.getByTestId('tab-running').waitFor();
      await new PageRest(page).settled();
      await visitor.shoot(page, `tasks-${name}-${view.name}`);
      expect([name, await overflow(page), await barriers(page)]).toEqual([name, 0, []]);
      await page.context().close();
    }
  });

  it('speaks German', async () => {
    const page = await visitor.open(`${HOME}?window=24h`, VIEWS[0], 'de');
    await rows(page).first().waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Aufgaben');
    await page.context().close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(visitor.complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
  });
});
