import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AlertRule, Dashboard } from '@app/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { AccessWorld, aRecord } from '../support/access-world.js';
import { launchBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { PageRest } from '../support/page-rest.js';
import { barriers, settles } from '../support/page-visitor.js';

const HOME = '/agent-performance';

// A browser on a busy machine takes its time.
jest.setTimeout(400_000);

/**
 * What a person can press in what is in front: an open dialog, or else the page. Signing out is
 * not refused, but ends the walk; ranges, legends and the like ask for figures only.
 */
const HARMLESS = [
  '[data-testid="sign-out"]',
  'apt-range-picker',
  'apt-live-pill',
  'apt-chart-legend',
  'apt-chart-table',
  'apt-panel-menu',
  'apt-appearance',
].join(', ');
const PRESSABLE = `(() => {
  const dialogs = [...document.querySelectorAll('dialog:modal')];
  const front = dialogs.at(-1) ?? document.querySelector('main');
  const found = [...front.querySelectorAll('button, [role="switch"], input[type="checkbox"], select')];
  return found.filter(
    (one) => one.checkVisibility() && !one.disabled && one.closest('${HARMLESS}') === null,
  );
})()`;

describe('what a viewer finds, in a browser', () => {
  let world: AccessWorld;
  let browser: Browser;
  let context: BrowserContext;
  let rest: PageRest;
  let board: string;

  beforeAll(async () => {
    world = await AccessWorld.boot({ env: { RATE_LIMIT_PER_SECOND: '0' } });
    await world.aUser('vera', 'viewer');
    await world.aUser('otto', 'operator');
    const { key } = await world.aKey(['ingest']);
    const slow = { agentType: 'orchestrator', complexity: 1, durationMs: 60_000 };
    const records = Array.from({ length: 40 }, (_, n) => ({
      ...aRecord(`agent-${n % 3}`),
      ...(n % 4 === 0 && slow),
    }));
    await world.must('POST', '/metrics', { key, body: records });
    const as = { key: world.admin };
    await world.must<AlertRule>('POST', '/alerts/rules', {
      ...as,
      body: { type: 'threshold', name: 'r', statistic: 'successRate', operator: 'lt', warning: 90 },
    });
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const matchers = [{ field: 'agentId', operator: '=', value: 'agent-9' }];
    await world.ask('POST', '/alerts/silences', {
      ...as,
      body: { endsAt, matchers, comment: 'c' },
    });
    const panel = {
      kind: 'line',
      title: '',
      metrics: ['p95Ms'],
      by: 'none',
      agentIds: [],
      agentType: null,
      complexity: null,
      width: 6,
      height: 3,
    };
    const body = { name: 'Ours', panels: [panel] };
    board = (await world.must<Dashboard>('POST', '/dashboards', { ...as, body })).id;
    const view = { page: 'tasks', name: 'Shared', parameters: { status: 'failure' } };
    await world.must('POST', '/views', {
      ...as,
      body: { ...view, shared: true, isDefault: false },
    });
    await eventually(async () => {
      const alerts = await world.must<unknown[]>('GET', '/alerts', as);
      return alerts.length > 0 ? alerts : undefined;
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function signedIn(name: string): Promise<Page> {
    const [field = '', value = ''] = (await world.signInAs(name)).split('=');
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' });
    await context.addCookies([{ name: field, value, url: world.url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    rest = new PageRest(page);
    return page;
  }

  const pages = (): string[] => [
    '',
    '/agents',
    '/agents/agent-0',
    '/tasks',
    '/compare',
    '/alerts',
    '/alerts/rules',
    '/alerts/silences',
    '/alerts/history',
    '/benchmarks',
    '/dashboards',
    `/dashboards/${board}`,
    '/status',
    '/settings/account',
    '/settings',
    '/settings/keys',
    '/settings/people',
    '/settings/users',
    '/settings/audit',
  ];
  const open = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${world.url}${HOME}${path}?window=24h`);
    await page.locator('h1').first().waitFor();
    await rest.settled();
  };

  /** Presses everything on some pages. @returns what was refused, and how much was pressed */
  async function pressedAll(
    page: Page,
    paths: readonly string[],
  ): Promise<{ refused: string[]; pressed: number }> {
    const refused: string[] = [];
    let at = '';
    page.on('response', (response) => {
      if (response.status() === 403)
        refused.push(`${at}: ${response.request().method()} ${new URL(response.url()).pathname}`);
    });
    page.on('dialog', (dialog) => void dialog.accept());
    let pressed = 0;
    for (const path of paths) {
      at = path;
      await open(page, path);
      const count = await page.evaluate<number>(`${PRESSABLE}.length`);
      for (let n = 0; n < count; n += 1) {
        const what = await page.evaluate<string>(`(() => {
          const one = ${PRESSABLE}[${n}];
          if (one === undefined) return '';
          if (one.localName === 'select') {
            const other = [...one.options].find((option) => !option.selected && option.value !== '');
            if (other === undefined) return '';
            one.value = other.value;
            one.dispatchEvent(new Event('change', { bubbles: true }));
          } else one.click();
          return (one.ariaLabel ?? one.textContent).trim().slice(0, 60);
        })()`);
        at = `${path} ${what}`;
        pressed += Number(what !== '');
        await page.waitForTimeout(60);
        // What opened is pressed as well: what saves, deletes and tries out.
        const opened = await page.evaluate<boolean>(
          `document.querySelector('dialog:modal') !== null`,
        );
        if (opened) {
          await page.evaluate(`for (const one of ${PRESSABLE}) {
            if (one.localName === 'button' && one.isConnected) one.click();
          }`);
          await page.waitForTimeout(150);
          await page.evaluate(
            `for (const one of document.querySelectorAll('dialog:modal')) one.close()`,
          );
        }
        const gone = new URL(page.url()).pathname !== `${HOME}${path}`;
        const dirty = new URL(page.url()).search !== '?window=24h';
        if (gone || dirty || opened) await open(page, path);
      }
    }
    return { refused, pressed };
  }

  it('is on no page a control that leads to a refusal', async () => {
    const { refused, pressed } = await pressedAll(await signedIn('vera'), pages());
    expect(refused).toEqual([]);
    expect(pressed).toBeGreaterThan(80);
    await context.close();
  });

  it('would be refused where the page does not know who looks at it', async () => {
    const page = await signedIn('vera');
    await page.route('**/auth/session', (route) => route.fulfill({ status: 500, body: '{}' }));
    const { refused } = await pressedAll(page, ['/alerts/rules']);
    expect(refused.join()).toContain('PUT /api/v1/agent-performance/alerts/rules/');
    await context.close();
  });

  it('is told why, on the control and where one presses it', async () => {
    const page = await signedIn('vera');
    await open(page, '/alerts');
    await page.getByTestId('only-looks').waitFor();
    const resolve = page.getByTestId('alert-resolve').first();
    await settles(async () => expect(await resolve.getAttribute('aria-disabled')).toBe('true'));
    expect(await resolve.getAttribute('title')).toBe(
      'Only operators and administrators of this project may do this',
    );
    await resolve.click({ force: true });
    await page.getByText('An administrator can give you another role.').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: 'test/browser/screenshots/viewer-alerts.png' });
    // What is one's own is not held back.
    await page.getByTestId('views-menu').click();
    await page.getByTestId('view-save').click();
    await page.getByTestId('view-name').fill('Mine');
    expect(await page.getByTestId('view-shared').isDisabled()).toBe(true);
    await page.getByTestId('view-ok').click();
    await page.waitForURL(/view=/);
    await context.close();
  });

  it('is offered no page that one may not see, and told who may at its address', async () => {
    const page = await signedIn('vera');
    await open(page, '/settings/keys');
    await page.getByTestId('not-yours').waitFor();
    expect(await page.getByTestId('not-yours').textContent()).toContain(
      'Only administrators of this project may do this',
    );
    expect(await barriers(page)).toEqual([]);
    await page.getByTestId('not-yours').getByRole('link').click();
    await page.waitForURL(/settings\/account/);
    const tabs = page.getByRole('navigation', { name: 'Settings pages' }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['Account']);
    await context.close();
  });

  it('is not what an operator finds', async () => {
    const page = await signedIn('otto');
    await open(page, '/alerts');
    expect(await page.getByTestId('only-looks').count()).toBe(0);
    const resolve = page.getByTestId('alert-resolve').first();
    expect(await resolve.getAttribute('aria-disabled')).toBeNull();
    const open_ = await page.getByTestId('alert-row').count();
    await resolve.click();
    await settles(async () =>
      expect(await page.getByTestId('alert-row').count()).toBeLessThan(open_),
    );
    // Benchmarks are of all projects: an operator of one does not change them.
    await open(page, '/benchmarks');
    const figure = page.locator('apt-figure-cell button').first();
    await settles(async () => expect(await figure.getAttribute('aria-disabled')).toBe('true'));
    await context.close();
  });
});
