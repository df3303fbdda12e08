import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer } from '@app/contracts';
import type { Locator, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageVisitor, barriers, settles } from '../support/page-visitor.js';
import { sendTasks } from '../support/task-history.js';

const HOME = '/agent-performance/tasks';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('what is taken away from a page, in a browser', () => {
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

  const rows = (page: Page): Locator => page.getByTestId('task-row');

  it('exports all that fits, and a report that runs nothing', async () => {
    const page = await visitor.open(`${HOME}?window=24h&status=failure`);
    await settles(async () => expect(await rows(page).count()).toBe(8));
    await page.getByTestId('export-menu').click();
    const csv = await saved(page, () => page.getByTestId('export-CSV').click());
    expect(csv.trimEnd().split('\r\n')).toHaveLength(9);
    await page.getByTestId('export-menu').click();
    const html = await saved(page, () => page.getByTestId('report').click());
    expect(html).not.toMatch(/<script|<img src=x|https?:\/\/(?!127\.0\.0\.1)/i);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html.match(/<tr>/g)).toHaveLength(9);
    // The page's own document takes no markup from anybody.
    await page.goto('about:blank');
    await page.setContent(html);
    await visitor.shoot(page, 'task-report');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Tasks');
    await page.context().close();
  });

  async function saved(page: Page, deed: () => Promise<void>): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent('download'), deed()]);
    return readFile(await download.path(), 'utf8');
  }

  it('keeps a view under a name, opens so by default, and lets the address win', async () => {
    const page = await visitor.open(`${HOME}?window=24h&status=timeout`);
    await settles(async () => expect(await rows(page).count()).toBe(4));
    await page.getByTestId('views-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('view-save').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Time-outs');
    await page.getByTestId('view-default').check();
    expect(await barriers(page)).toEqual([]);
    await page.getByTestId('view-name').press('Enter');
    await page.waitForURL(/view=/);
    // A fresh visit, as one comes from the menu.
    await page.goto(`${server.url}${HOME}`);
    await page.waitForURL(/status=timeout/);
    await settles(async () => expect(await rows(page).count()).toBe(4));
    await page.getByTestId('filter-status').selectOption('failure');
    await page.getByTestId('view-differs').waitFor();
    await page.goto(`${server.url}${HOME}?window=24h&status=failure`);
    await settles(async () => expect(await rows(page).count()).toBe(8));
    // By keys: what else can be done with a view lies to its right.
    await page.getByTestId('views-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('view-row').focus();
    for (const [key, name] of [
      ['ArrowRight', 'Copy the link to “Time-outs”'],
      ['ArrowRight', 'Change “Time-outs”'],
      ['ArrowRight', 'Delete “Time-outs”'],
      ['ArrowRight', 'Delete “Time-outs”'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await page.evaluate<string>('document.activeElement.ariaLabel')).toBe(name);
    }
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Undo' }).click();
    await settles(async () => {
      const { body } = await server.get<Answer<{ name: string }[]>>('/views?page=tasks');
      expect(body.data.map(({ name }) => name)).toEqual(['Time-outs']);
    });
    await page.getByTestId('views-menu').click();
    await page.getByTestId('view-delete').click();
    await settles(async () => {
      const { body } = await server.get<Answer<unknown[]>>('/views?page=tasks');
      expect(body.data).toEqual([]);
    });
    await page.context().close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
