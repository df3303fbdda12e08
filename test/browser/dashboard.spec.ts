import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, Alert, SummaryRow } from '@app/contracts';
import type { Browser, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { PageRest } from '../support/page-rest.js';
import { barriers } from '../support/page-visitor.js';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');
const SWARM = 'dist/apps/swarm/apps/swarm/src/main.js';

interface View {
  name: string;
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
}

const VIEWS: View[] = [
  { name: 'wide-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'narrow-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'narrow-dark', width: 390, height: 844, colorScheme: 'dark' },
];

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('the dashboard in a browser', () => {
  let server: BootedApp;
  let browser: Browser;
  let swarm: ChildProcess | undefined;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    server = await bootApp();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    if (swarm && swarm.exitCode === null) {
      swarm.kill('SIGTERM');
      await once(swarm, 'exit');
    }
    await browser?.close();
    await server?.close();
  });

  const open = async (path: string, view: View = VIEWS[0] as View): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: view.width, height: view.height },
      colorScheme: view.colorScheme,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      complaints.push(`${path}: ${message.text()} ${message.location().url}`);
    });
    await page.goto(`${server.url}${path}`);
    return page;
  };
  const shoot = (page: Page, name: string): Promise<Buffer> =>
    page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });

  it('tells a newcomer how to send the first metric, and becomes the page when it comes', async () => {
    const page = await open('/agent-performance');
    const empty = page.getByTestId('empty-no-agents');
    await empty.waitFor();
    expect(await empty.textContent()).toContain(new URL(server.url).host);
    await shoot(page, 'empty');
    await server.send('POST', '/metrics', {
      agentId: 'first',
      agentType: 'cognitive',
      taskId: 'hello',
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 321,
    });
    await page.getByTestId('agent-card').first().waitFor();
    expect(await page.getByTestId('agent-card').first().textContent()).toContain('first');
    await page.close();
  });

  it('shows the sample swarm at work, live, with figures that are those of the API', async () => {
    swarm = spawn(
      process.execPath,
      [SWARM, '--url', server.url, '--project', 'sample', '--duration', '120', '--seed', '7'],
      { stdio: 'ignore' },
    );
    const page = await open('/agent-performance?project=sample');
    await page.getByTestId('live-row').nth(4).waitFor({ timeout: 45_000 });
    const newest = (): Promise<string | null> => page.getByTestId('live-row').first().textContent();
    const before = await newest();
    for (let tries = 0; (await newest()) === before && tries < 100; tries += 1) {
      await page.waitForTimeout(100);
    }
    expect(await newest()).not.toBe(before);
    const cards = page.getByTestId('agent-card');
    await cards.nth(5).waitFor({ timeout: 30_000 });
    for (const chart of ['execution-time', 'success-rate', 'resources', 'complexity', 'radar']) {
      await page.getByTestId(`chart-${chart}`).locator('canvas').first().waitFor();
    }
    const { body } = await server.get<Answer<SummaryRow[]>>('/summary?project=sample&window=1h');
    expect(body.data.length).toBeGreaterThanOrEqual(6);
    expect(new Set(body.data.map(({ agentType }) => agentType)).size).toBe(3);
    await page.close();
  });

  it('resolves an alert', async () => {
    await server.send('POST', '/metrics?project=sample', {
      agentId: 'planner-1',
      agentName: 'Planner 1',
      agentType: 'orchestrator',
      taskId: 'endless-plan',
      taskType: 'endless',
      complexity: 1,
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 60_000,
    });
    const page = await open('/agent-performance/alerts?project=sample');
    const row = page.getByTestId('alert-row').filter({ hasText: 'endless' });
    await row.waitFor();
    await row.getByTestId('alert-resolve').click();
    const state = async (): Promise<string | undefined> => {
      const { body } = await server.get<Answer<Alert[]>>(
        '/alerts?project=sample&agentId=planner-1',
      );
      return body.data.find(({ taskType }) => taskType === 'endless')?.state;
    };
    for (let tries = 0; (await state()) !== 'resolved' && tries < 400; tries += 1) {
      await page.waitForTimeout(100);
    }
    expect(await state()).toBe('resolved');
    await page.close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    for (const [name, path] of [
      ['overview', '/agent-performance'],
      ['compare', '/agent-performance/compare'],
    ] as const) {
      const page = await open(`${path}?project=sample`, view);
      await page.waitForLoadState('load');
      await new PageRest(page).settled();
      await shoot(page, `${name}-${view.name}`);
      // A text, because the code runs in the page and not here.
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect([name, overflow]).toEqual([name, 0]);
      expect([name, await barriers(page)]).toEqual([name, []]);
      await page.close();
    }
  });

  it('keeps the other panels alive when one fails', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.route('**/trends*', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          code: 'internal',
          title: 'Something went wrong',
          status: 500,
          requestId: 'req-1',
        }),
      }),
    );
    await page.goto(`${server.url}/agent-performance?project=sample`);
    const failed = page.getByTestId('panel-error').first();
    await failed.waitFor();
    expect(await failed.textContent()).toContain('req-1');
    await page.getByTestId('agent-card').first().waitFor();
    await shoot(page, 'broken');
    await page.close();
  });

  it('lets the API be tried out in Swagger UI', async () => {
    const page = await open('/api/docs');
    await page.locator('.opblock-summary-path', { hasText: '/summary' }).first().click();
    await page.locator('.opblock.is-open button.execute').click();
    const code = page
      .locator('.opblock.is-open .live-responses-table tbody .response-col_status')
      .first();
    await code.waitFor();
    expect(await code.textContent()).toContain('200');
    await shoot(page, 'swagger');
    await page.close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(complaints).toEqual([]);
  });
});
