import { randomBytes, randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Alert, AlertRule, Answer, Dashboard, NotificationChannel } from '@app/contracts';
import type { Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { weekOfWork } from '../support/dashboard-world.js';
import { PageRest } from '../support/page-rest.js';
import { PageVisitor, VIEWS, overflow, settles } from '../support/page-visitor.js';
import { HttpReceiver } from '../support/receivers.js';
import { pagePaths, strangers, wordLists } from '../support/word-lists.js';

const HOME = '/agent-performance';
const SIZES = [VIEWS[0]!, VIEWS[2]!];

/** What agents send, and what projects are called, is of no language. */
const NAMES = ['default', 'Default'];

// A browser on a busy machine takes its time.
jest.setTimeout(600_000);

/** Everything that is seen or read out, runs in the page. Names from outside are not of the page. */
const TEXTS = `(() => {
  const said = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: at, textContent: text } = walker.currentNode;
    if (text.trim() === '' || at.closest('bdi, pre, code, script, style')) continue;
    if (shown(at) || at.tagName === 'OPTION') said.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
  return [document.title, ...said];
})()`;

/** What is cut off without an ellipsis being meant for it: keys, headings, marks; runs in the page. */
const CUT = `[...document.querySelectorAll('button, a, th, legend, label, h1, h2, h3, .badge, td:has(apt-outcome-mark)')]
  .filter((one) => one.checkVisibility() && !one.querySelector('bdi') && !one.closest('.sr-only'))
  .filter((one) => getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim().slice(0, 60))`;

describe('the pages in German, in a browser', () => {
  let server: BootedApp;
  let visitor: PageVisitor;
  let receiver: HttpReceiver;
  let dashboardId = '';
  let alertId = '';
  let ruleId = '';
  const isEnglish = strangers(wordLists('en'), wordLists('de'));

  beforeAll(async () => {
    receiver = await HttpReceiver.listen();
    server = await bootApp({
      env: { SECRET_KEY: randomBytes(32).toString('base64'), NOTIFY_ALLOW_HOSTS: receiver.address },
    });
    visitor = await PageVisitor.launch(server.url);
    await send('/metrics', weekOfWork(Date.now()));
    await belongings();
    const slow = ['zeta-1', 'zeta-2', 'zeta-3'].map((agentId) => ({
      executionId: randomUUID(),
      agentId,
      agentType: 'orchestrator',
      taskId: `${agentId} 1`,
      complexity: 1,
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 600_000,
    }));
    await send('/metrics', slow);
    await settles(async () => {
      const alerts = await server.get<Answer<Alert[]>>('/alerts?state=firing&agentId=zeta-1');
      alertId = alerts.body.data[0]?.id ?? '';
      expect(alertId).not.toBe('');
    });
    const done = await server.get<Answer<Alert[]>>('/alerts?state=firing&agentId=zeta-2');
    for (const { id } of done.body.data) await send(`/alerts/${id}/resolve`, {});
  });
  afterAll(async () => {
    await visitor?.close();
    await server?.close();
    await receiver?.close();
  });

  async function send<T>(path: string, body: unknown): Promise<T> {
    const answer = await server.send<Answer<T>>('POST', path, body);
    expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    return answer.body.data;
  }

  /** Something of everything that people make. */
  async function belongings(): Promise<void> {
    const panels = [
      { kind: 'stat', metrics: ['tasks'], title: 'Eins', width: 4 },
      { kind: 'line', metrics: ['p95Ms'], width: 8 },
      { kind: 'pie', metrics: ['tasks'], by: 'agent', title: 'Zwei', width: 6 },
      { kind: 'table', metrics: ['successRate'], by: 'agent', width: 6 },
    ];
    dashboardId = (await send<Dashboard>('/dashboards', { name: 'Zeta', panels })).id;
    ruleId = (
      await send<AlertRule>('/alerts/rules', {
        type: 'threshold',
        name: 'Zeta',
        statistic: 'failureRate',
        operator: 'gt',
        warning: 1,
        windowMs: 86_400_000,
        keepFiringMs: 0,
        muted: true,
      })
    ).id;
    const week = { days: ['sat', 'sun'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' };
    for (const [startsIn, recurrence] of [
      [-1, week],
      [5, null],
    ] as const) {
      await send('/alerts/silences', {
        matchers: [{ field: 'agentId', operator: 'glob', value: 'nichts-*' }],
        startsAt: new Date(Date.now() + startsIn * 3_600_000).toISOString(),
        endsAt: new Date(Date.now() + 24 * 3_600_000).toISOString(),
        recurrence,
        comment: '',
        author: 'zeta',
      });
    }
    const channel = await send<NotificationChannel>('/notifications/channels', {
      kind: 'webhook',
      name: 'Zeta',
      settings: {
        url: `http://${receiver.address}/zeta`,
        secret: `whsec_${randomBytes(32).toString('base64')}`,
      },
    });
    await send(`/notifications/channels/${channel.id}/test`, undefined);
    await send('/keys', { name: 'zeta', scopes: ['read'] });
  }

  /** What of a page is wrong in German. */
  async function faults(page: Page, name: string): Promise<string[]> {
    const texts = await page.evaluate<string[]>(TEXTS);
    const cut = await page.evaluate<string[]>(CUT);
    const wider = await overflow(page);
    const found = [
      ...[...new Set(texts.filter((text) => isEnglish(text) && !NAMES.includes(text.trim())))].map(
        (text) => `English: ${text.trim()}`,
      ),
      ...cut.map((text) => `cut off: ${text}`),
      ...(wider > 0 ? [`${wider} px too wide`] : []),
    ];
    if ((await page.locator('html').getAttribute('lang')) !== 'de') found.push('is not German');
    return found.map((fault) => `${name}: ${fault}`);
  }

  for (const view of SIZES) {
    it(`says nothing in English, and fits: every page, ${view.name}`, async () => {
      const page = await visitor.open(HOME, view, 'de-DE');
      const rest = new PageRest(page);
      const found: string[] = [];
      const paths = pagePaths().filter((path) => path !== '**');
      expect(paths.length).toBeGreaterThan(15);
      for (const path of [...paths, 'nirgends']) {
        const at = path.replace('agents/:id', 'agents/agent-1').replace(':id', dashboardId);
        await page.goto(`${server.url}${at === 'agent-performance' ? '' : HOME}/${at}?window=7d`);
        await page.locator('h1').first().waitFor();
        await rest.settled();
        await visitor.shoot(page, `de-${view.name}-${at.replaceAll('/', '-') || 'overview'}`);
        found.push(...(await faults(page, at)));
      }
      await page.context().close();
      expect(found).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });

    it(`says nothing in English where one works: drawers and editors, ${view.name}`, async () => {
      const page = await visitor.open(HOME, view, 'de-DE');
      const rest = new PageRest(page);
      const found: string[] = [];
      const works: [name: string, path: string, how?: () => Promise<void>][] = [
        ['alert', `/alerts?alert=${encodeURIComponent(alertId)}`],
        ['rule', `/alerts/rules?rule=${ruleId}`, () => backTest(page)],
        ['rule-stuck', '/alerts/rules?rule=stuck_execution', () => press(page, 'rule-save')],
        ['rule-no-data', '/alerts/rules?rule=no_data'],
        ['silence', '/alerts/silences?create=silence', () => weekly(page)],
        ['benchmark', '/benchmarks', () => tryBenchmark(page)],
        ...['webhook', 'slack', 'email', 'pagerduty', 'alertmanager'].map(
          (kind): [string, string, () => Promise<void>] => [
            `channel-${kind}`,
            '/settings',
            () => press(page, `new-${kind}`),
          ],
        ),
        ['channel', '/settings', () => press(page, 'channel-edit')],
        ['task', '/tasks?window=7d', () => press(page, 'task-row')],
        ['search', '', () => page.keyboard.press('Control+k')],
        ['help', '', () => page.keyboard.press('?')],
        ['range', '', () => page.keyboard.press('t')],
        ['board', `/dashboards/${dashboardId}`, () => press(page, 'board-edit')],
      ];
      for (const [name, path, how] of works) {
        await page.goto(`${server.url}${HOME}${path}`);
        await page.locator('h1').first().waitFor();
        await rest.settled();
        await how?.();
        await rest.settled();
        await visitor.shoot(page, `de-${view.name}-at-${name}`);
        found.push(...(await faults(page, name)));
      }
      await page.context().close();
      expect(found).toEqual([]);
    });
  }

  const press = async (page: Page, testid: string): Promise<void> =>
    page.getByTestId(testid).first().click();
  const backTest = async (page: Page): Promise<void> => {
    await press(page, 'backtest-run');
    await page.getByTestId('backtest-sum').waitFor();
    await page.getByTestId('rule-warning').fill('viel');
    await press(page, 'rule-save');
    await page.getByTestId('error-warning').waitFor();
  };
  const weekly = async (page: Page): Promise<void> => {
    await press(page, 'silence-weekly');
    await press(page, 'silence-save');
  };
  const tryBenchmark = async (page: Page): Promise<void> => {
    await press(page, 'benchmark-edit');
    await press(page, 'benchmark-try');
    await page.getByTestId('benchmark-preview').waitFor();
  };
});
