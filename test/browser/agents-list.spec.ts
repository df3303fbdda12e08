import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, SummaryRow } from '@app/contracts';
import type { Locator, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { PageVisitor, VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';

const HOME = '/agent-performance/agents';
const AGENTS = 400;

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('the list of agents in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;

  beforeAll(async () => {
    server = await bootApp();
    visitor = await PageVisitor.launch(server.url);
    const records = Array.from({ length: AGENTS }, (_, n) => n).flatMap((n) =>
      Array.from({ length: n < 40 ? 6 : 2 }, (_, at) => ({
        agentId: `agent-${String(n).padStart(3, '0')}`,
        agentName: n === 7 ? '<img src=x onerror=alert(1)>' : `Agent ${n}`,
        agentType: ['orchestrator', 'cognitive', 'tool_maker'][n % 3],
        agentVersion: `2.${n % 4}.0`,
        taskId: `task-${n}-${at}`,
        status: (n + at) % 6 === 0 ? 'failure' : 'success',
        endedAt: new Date(Date.now() - (n < 380 ? at * 1_200_000 : 20 * 86_400_000)).toISOString(),
        durationMs: 200 + ((n * 37 + at * 911) % 4000),
        ...(n % 50 === 3 && { metadata: { team: 'search' } }),
      })),
    );
    await server.send('POST', '/metrics', records);
    const startedAt = new Date().toISOString();
    const running = {
      agentId: 'agent-011',
      agentType: 'tool_maker',
      taskId: 'r',
      status: 'running',
    };
    await server.send('POST', '/metrics', { ...running, startedAt });
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
  });

  const rows = (page: Page): Locator => page.getByTestId('agent-row');
  const first = (page: Page): Locator => rows(page).first();
  const says = (page: Page, text: RegExp): Promise<void> =>
    settles(async () => {
      expect(await page.locator('apt-panel .caption').first().textContent()).toMatch(text);
    });

  it('is reached from the navigation, and knows everybody, drawing only who is in sight', async () => {
    const page = await visitor.open('/agent-performance?window=24h');
    await page.getByTestId('nav-agents').click();
    await page.waitForURL(/\/agents(\?|$)/);
    await says(page, /^400 known$/);
    expect(await page.title()).toMatch(/^Agents/);
    const drawn = await rows(page).count();
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(80);
    // To the last, by the wheel, in the order of the names.
    await page.getByTestId('sort-name').click();
    await page.waitForURL(/dir=desc/);
    await settles(async () => expect(await first(page).textContent()).toContain('Agent 399'));
    await page.evaluate(`(() => {
      const list = document.querySelector('[data-testid="agent-scroller"]');
      list.scrollTop = list.scrollHeight;
    })()`);
    await settles(async () => expect(await rows(page).last().textContent()).toContain('<img'));
    expect(await rows(page).count()).toBeLessThan(80);
    await page.context().close();
  });

  it('sorts by every column as the API counts', async () => {
    const page = await visitor.open(`${HOME}?window=24h`);
    await says(page, /400/);
    const { body } = await server.get<Answer<SummaryRow[]>>('/summary?window=24h&limit=1000');
    const most = Math.max(...body.data.map(({ duration }) => duration.p95Ms ?? 0));
    await page.getByTestId('sort-p95').click();
    await page.waitForURL(/sort=p95/);
    const slowest = body.data.filter(({ duration }) => duration.p95Ms === most);
    await settles(async () => {
      const name = await first(page).locator('a').getAttribute('title');
      expect(slowest.map(({ agentId }) => agentId)).toContain(name);
    });
    for (const sort of ['type', 'state', 'total', 'successRate', 'score', 'lastSeen']) {
      await page.getByTestId(`sort-${sort}`).click();
      await page.waitForURL(new RegExp(`sort=${sort}`));
      const head = page.locator('th[aria-sort]:not([aria-sort="none"])');
      expect(await head.getAttribute('aria-sort')).toMatch(/ascending|descending/);
      expect(await head.count()).toBe(1);
    }
    await page.context().close();
  });

  it('finds by name, status and tag, says when nobody fits, and forgets it again', async () => {
    const page = await visitor.open(`${HOME}?window=24h`);
    await says(page, /400/);
    await page.keyboard.press('/');
    await page.keyboard.type('agent-01');
    await page.waitForURL(/q=agent-01/);
    await says(page, /^10 of 400$/);
    await page.getByTestId('filter-clear').click();
    await page.getByTestId('filter-state').selectOption('running');
    await says(page, /^1 of 400$/);
    expect(await first(page).locator('a').getAttribute('title')).toBe('agent-011');
    await page.getByTestId('filter-state').selectOption('idle');
    await says(page, /^20 of 400$/);
    await page.goto(`${server.url}${HOME}?window=24h&tag=team:search`);
    await says(page, /^8 known$/);
    await page.goto(`${server.url}${HOME}?window=24h&tag=nonsense`);
    await page.getByRole('alert').waitFor();
    await page.goto(`${server.url}${HOME}?window=24h&q=nobody-is-called-so`);
    await page.getByTestId('none-fit').getByRole('button').click();
    await says(page, /^400 known$/);
    await page.context().close();
  });

  it('leads by keys to one agent, and by choice to a comparison', async () => {
    const page = await visitor.open(`${HOME}?window=24h`);
    await says(page, /400/);
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/agents\/agent-000\?/);
    await page.goBack();
    await says(page, /400/);
    const choose = page.getByTestId('agent-choose');
    await choose.nth(0).check();
    expect(await page.getByTestId('compare').isDisabled()).toBe(true);
    for (const at of [1, 2, 3, 4, 5]) await choose.nth(at).check();
    // No more than can be told apart on a chart.
    await settles(async () => expect(await choose.nth(6).isDisabled()).toBe(true));
    await choose.nth(5).uncheck();
    await page.getByTestId('compare').click();
    await page.waitForURL(/\/compare\?/);
    const chosen = new URL(page.url()).searchParams.get('agents')?.split(',') ?? [];
    expect(chosen).toHaveLength(5);
    expect(new URL(page.url()).searchParams.get('from')).toBeTruthy();
    await settles(async () => {
      expect(await page.locator('.chip[aria-pressed="true"]').count()).toBe(5);
    });
    await page.context().close();
  });

  it('tells loading from failure and from an empty project', async () => {
    const page = await visitor.open('/agent-performance/status');
    let answers: 'never' | 'badly' = 'never';
    await page.route(/\/(summary|agents)\?/, (route) =>
      answers === 'never'
        ? undefined
        : route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              status: 503,
              code: 'overloaded',
              title: 'Busy',
              requestId: 'r',
            }),
          }),
    );
    await page.getByTestId('nav-agents').click();
    await page.locator('.skeleton').first().waitFor();
    answers = 'badly';
    await page.goto(`${server.url}${HOME}?window=24h`);
    await page.getByText('Busy').first().waitFor();
    await page.unroute(/\/(summary|agents)\?/);
    await page.goto(`${server.url}${HOME}?project=sample`);
    await page.getByTestId('no-agents').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.context().close();
  });

  it.each(VIEWS)('looks right and is accessible: $name', async (view) => {
    const page = await visitor.open(`${HOME}?window=24h`, view);
    await rows(page).nth(5).waitFor();
    await page.waitForTimeout(1500);
    expect([await barriers(page), await overflow(page)]).toEqual([[], 0]);
    await page.screenshot({ path: `test/browser/screenshots/agents-list-${view.name}.png` });
    if (view.name === 'wide-light') {
      await page.getByTestId('density').getByRole('button').last().click();
      await page.getByTestId('agent-choose').nth(0).check();
      await page.getByTestId('agent-choose').nth(2).check();
      await page.screenshot({ path: 'test/browser/screenshots/agents-list-chosen.png' });
    }
    await page.context().close();
  });

  it('keeps a view under a name, as the overview, compare and the alerts do', async () => {
    for (const [path, asked] of [
      ['/agents', 'state=running'],
      ['', 'type=cognitive'],
      ['/compare', 'agents=agent-001,agent-002'],
      ['/alerts', 'severity=critical'],
    ] as const) {
      const page = await visitor.open(`/agent-performance${path}?window=24h&${asked}`);
      await page.getByTestId('views-menu').click();
      await page.getByTestId('view-save').click();
      await page.getByTestId('view-name').fill(`View of ${path}`);
      await page.getByTestId('view-default').check();
      await page.getByTestId('view-ok').click();
      await page.waitForURL(/view=/);
      // A fresh visit opens so by default.
      await page.goto(`${server.url}/agent-performance${path}`);
      await settles(() => {
        const said = new URL(page.url()).searchParams.toString();
        expect(decodeURIComponent(said)).toContain(asked);
      });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByTestId('views-menu').click();
      await page.getByTestId('view-link').first().click();
      const link = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(decodeURIComponent(link)).toContain(asked);
      expect(new URL(link).pathname).toBe(`/agent-performance${path}`);
      await page.context().close();
    }
  });

  it('speaks German', async () => {
    const page = await visitor.open(`${HOME}?window=24h`, undefined, 'de');
    await page.getByRole('heading', { level: 1, name: 'Agenten' }).waitFor();
    await says(page, /400 bekannt/);
    await page.context().close();
  });

  it('logged no error and broke no content security policy', () => {
    expect(visitor.complaints).toEqual([]);
  });
});
