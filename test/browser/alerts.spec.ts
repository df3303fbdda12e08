import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Alert, AlertRule, AlertStats, Answer, Silence } from '@app/contracts';
import type { Browser, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { PageRest } from '../support/page-rest.js';
import { barriers } from '../support/page-visitor.js';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');
const HOME = '/agent-performance/alerts';
const SIZES = [
  { size: 'wide', width: 1440, height: 900 },
  { size: 'narrow', width: 390, height: 844 },
];
const VIEWS = SIZES.flatMap((size) => [
  { ...size, colorScheme: 'light' as const },
  { ...size, colorScheme: 'dark' as const },
]);

// A browser on a busy machine takes its time.
jest.setTimeout(180_000);

/** Waits until the expectation holds. */
async function settles(expectation: () => Promise<void>): Promise<void> {
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

describe('the alert pages in a browser', () => {
  let server: BootedApp;
  let browser: Browser;
  let ruleId: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    server = await bootApp();
    browser = await launchBrowser();
    const rule = {
      type: 'threshold',
      name: 'Failing planners',
      statistic: 'failureRate',
      operator: 'gt',
      warning: 30,
      critical: 60,
      windowMs: 3_600_000,
      keepFiringMs: 0,
    };
    const made = await server.send<Answer<AlertRule>>('POST', '/alerts/rules', rule);
    ruleId = made.body.data.id;
    await ingest(['slow-1', 'slow-2', 'slow-3'], [{ durationMs: 60_000 }]);
    await ingest(
      ['failing'],
      Array.from({ length: 20 }, (_, at) => ({
        durationMs: 400,
        status: at % 4 === 0 ? 'success' : 'failure',
        agoMs: at * 120_000,
      })),
    );
    await server.send('POST', '/alerts/silences', {
      matchers: [{ field: 'agentId', operator: 'glob', value: 'nightly-*' }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 86_400_000).toISOString(),
      recurrence: { days: ['sat', 'sun'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' },
      comment: 'Weekly reindexing',
      author: 'maria',
    });
    await settles(async () => expect((await open()).length).toBeGreaterThanOrEqual(4));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function ingest(
    agents: string[],
    runs: { durationMs: number; status?: string; agoMs?: number }[],
  ): Promise<void> {
    const records = agents.flatMap((agentId) =>
      runs.map(({ durationMs, status = 'success', agoMs = 0 }) => ({
        executionId: randomUUID(),
        agentId,
        agentType: 'orchestrator',
        taskId: 'plan',
        taskType: 'default',
        complexity: 1,
        status,
        durationMs,
        endedAt: new Date(Date.now() - agoMs).toISOString(),
      })),
    );
    expect((await server.send('POST', '/metrics', records)).status).toBeLessThan(300);
  }
  async function open(query = ''): Promise<Alert[]> {
    return (await server.get<Answer<Alert[]>>(`/alerts?state=open${query}`)).body.data;
  }
  async function alertOf(agentId: string): Promise<Alert | undefined> {
    return (await server.get<Answer<Alert[]>>(`/alerts?agentId=${agentId}`)).body.data[0];
  }
  async function visit(path: string, view: (typeof VIEWS)[number] = VIEWS[0]!): Promise<Page> {
    const { width, height, colorScheme } = view;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      // The browser itself logs the refusals that this suite provokes.
      const refused = /status of 4(?:00|12)/.test(message.text());
      if (message.type() === 'error' && !refused) complaints.push(`${path}: ${message.text()}`);
    });
    await page.goto(`${server.url}${path}`);
    return page;
  }
  const row = (page: Page, text: string) =>
    page.getByTestId('alert-row').filter({ hasText: text }).first();

  it('acknowledges one alert in the drawer with note and name, and shows its timeline', async () => {
    const page = await visit(`${HOME}?kind=slow_execution`);
    await row(page, 'slow-1').getByTestId('alert-open').click();
    const drawer = page.getByTestId('alert-drawer');
    await drawer.getByTestId('act-note').fill('Looking into it');
    await drawer.getByTestId('act-name').fill('maria');
    await drawer.getByTestId('act-acknowledge').click();
    await drawer.getByTestId('alert-timeline').getByText('Looking into it').waitFor();
    expect(await alertOf('slow-1')).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'maria',
      acknowledgeNote: 'Looking into it',
    });
    expect(await drawer.getByText('plan', { exact: true }).count()).toBeGreaterThan(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'alert-drawer.png') });
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.locator('dialog').waitFor({ state: 'detached' });
    await settles(async () =>
      expect(await row(page, 'slow-1').textContent()).toContain('Acknowledged'),
    );
    await page.context().close();
  });

  it('keeps its filters in the address and resolves many at once', async () => {
    const page = await visit(HOME);
    await row(page, 'slow-2').waitFor();
    await page.getByTestId('filter-kind').selectOption('slow_execution');
    await page.getByTestId('filter-text').fill('slow-');
    await page.waitForURL(/kind=slow_execution.*q=slow-/);
    await settles(async () => expect(await page.getByTestId('alert-row').count()).toBe(3));
    for (const agent of ['slow-2', 'slow-3']) {
      await row(page, agent).getByTestId('alert-choose').check();
    }
    const bar = page.getByTestId('bulk-bar');
    await bar.getByTestId('act-note').fill('Rolled back');
    await page.screenshot({ path: join(SCREENSHOTS, 'alert-bulk.png') });
    await bar.getByTestId('act-resolve').click();
    await settles(async () => expect(await page.getByTestId('alert-row').count()).toBe(1));
    await settles(async () =>
      expect(await alertOf('slow-3')).toMatchObject({
        state: 'resolved',
        resolveReason: 'Rolled back',
      }),
    );
    await page.context().close();
  });

  it('takes back what was resolved a moment ago, and keeps its word when the page is left', async () => {
    const page = await visit(`${HOME}?kind=slow_execution&q=slow-1`);
    await row(page, 'slow-1').getByTestId('alert-resolve').click();
    await row(page, 'slow-1').waitFor({ state: 'detached' });
    await page.screenshot({ path: join(SCREENSHOTS, 'alert-undo.png') });
    expect(await barriers(page)).toEqual([]);
    await page.getByTestId('toast-undo').click();
    await row(page, 'slow-1').waitFor();
    expect((await alertOf('slow-1'))?.state).toBe('acknowledged');
    await row(page, 'slow-1').getByTestId('alert-resolve').click();
    await row(page, 'slow-1').waitFor({ state: 'detached' });
    expect((await alertOf('slow-1'))?.state).toBe('acknowledged');
    await page.goto('about:blank');
    await settles(async () => expect((await alertOf('slow-1'))?.state).toBe('resolved'));
    await page.context().close();
  });

  it('shows history with the figures of the API', async () => {
    const page = await visit(`${HOME}/history`);
    await page.getByTestId('history-row').filter({ hasText: 'slow-2' }).waitFor();
    const { body } = await server.get<Answer<AlertStats>>('/alerts/stats');
    const shown = (await page.getByTestId('alert-stats').textContent()) ?? '';
    expect(shown).toContain(`Resolved${body.data.resolved}`);
    expect(body.data.mttrMs).not.toBeNull();
    await page.context().close();
  });

  it('back-tests a changed rule, shows the field at fault, and saves', async () => {
    const page = await visit(`${HOME}/rules`);
    await page.getByTestId('rule-row').filter({ hasText: 'Failing planners' }).waitFor();
    await page.getByLabel('Edit Failing planners').click();
    await page.getByTestId('rule-warning').fill('80');
    await page.getByTestId('rule-save').click();
    await page.getByTestId('error-critical').waitFor();
    expect(await page.getByTestId('error-critical').textContent()).toContain('graver');
    await page.getByTestId('rule-warning').fill('40');
    await page.getByTestId('backtest-range').selectOption('1');
    await page.getByTestId('backtest-run').click();
    await page.getByTestId('backtest-sum').waitFor();
    expect(await page.getByTestId('backtest-sum').textContent()).toMatch(/^\s*[1-9]\d* episode/);
    await page.getByTestId('backtest-chart').locator('canvas').first().waitFor();
    await page.getByTestId('backtest-episodes').getByText('failing').first().waitFor();
    await page.getByTestId('backtest-chart').scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(SCREENSHOTS, 'alert-backtest.png') });
    await page.getByTestId('rule-save').click();
    await settles(async () => {
      const { body } = await server.get<Answer<AlertRule>>(`/alerts/rules/${ruleId}`);
      expect(body.data).toMatchObject({ warning: 40, version: 2 });
    });
    await page.context().close();
  });

  it('explains that somebody else changed the rule, and loads their version', async () => {
    const page = await visit(`${HOME}/rules?rule=${ruleId}`);
    await page.getByTestId('rule-editor').waitFor();
    await server.send('PUT', `/alerts/rules/${ruleId}`, { critical: 77 });
    await page.getByTestId('rule-warning').fill('41');
    await page.getByTestId('rule-save').click();
    const conflict = page.getByTestId('rule-conflict');
    await conflict.getByRole('button').click();
    await settles(async () =>
      expect(await page.getByTestId('rule-critical').inputValue()).toBe('77'),
    );
    await page.context().close();
  });

  it('silences what an alert is about, and expires that again', async () => {
    const alert = await alertOf('slow-1');
    const page = await visit(`${HOME}?alert=${encodeURIComponent(alert?.id ?? '')}`);
    await page.getByTestId('silence-this').click();
    expect(await page.getByTestId('silence-value').first().inputValue()).toBe('slow-1');
    await page.getByTestId('silence-comment').fill('Known');
    await page.getByTestId('silence-save').click();
    const made = page.getByTestId('silence-row').filter({ hasText: 'slow-1' });
    await made.getByTestId('silence-end').click();
    await settles(async () => {
      const { body } = await server.get<Answer<Silence[]>>('/alerts/silences');
      const mine = body.data.find(({ comment }) => comment === 'Known');
      expect(mine?.state).toBe('expired');
    });
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $size $colorScheme', async (view) => {
    const page = await visit(HOME, view);
    const rest = new PageRest(page);
    for (const [name, path] of [
      ['inbox', HOME],
      ['history', `${HOME}/history`],
      ['rules', `${HOME}/rules`],
      ['rule', `${HOME}/rules?rule=${ruleId}`],
      ['silences', `${HOME}/silences`],
      ['silence', `${HOME}/silences?create=silence&agentId=x`],
    ] as const) {
      await rest.follow(path);
      await rest.settled();
      const file = `alert-${name}-${view.size}-${view.colorScheme}.png`;
      await page.screenshot({ path: join(SCREENSHOTS, file) });
      // A text, because the code runs in the page and not here.
      const overflow = await page.evaluate(
        `Math.max(...[document.documentElement, ...document.querySelectorAll('dialog')]
          .map((one) => one.scrollWidth - one.clientWidth))`,
      );
      expect([name, overflow]).toEqual([name, 0]);
      expect([name, await barriers(page)]).toEqual([name, []]);
    }
    await page.context().close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(complaints).toEqual([]);
  });
});
