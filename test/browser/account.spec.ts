import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { User } from '@app/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { AccessWorld, PASSWORD } from '../support/access-world.js';
import { launchBrowser } from '../support/browser.js';
import { VIEWS, barriers, overflow, settles } from '../support/page-visitor.js';
import type { View } from '../support/page-visitor.js';

const HOME = '/agent-performance';
const SHOTS = 'test/browser/screenshots';
const NEW = 'tall trees by the river';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('accounts in a browser', () => {
  let world: AccessWorld;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    world = await AccessWorld.boot();
    await world.aProject('blue');
    await world.aUser('maria', 'operator');
    const chief = await world.aUser('chief');
    await world.must('PATCH', `/users/${chief}`, {
      key: world.admin,
      body: { administrator: true },
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function opened(path: string, name: string | null, view: View = VIEWS[0]!): Promise<Page> {
    const { width, height, colorScheme } = view;
    context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en' });
    if (name !== null) {
      const [field = '', value = ''] = (await world.signInAs(name)).split('=');
      await context.addCookies([{ name: field, value, url: world.url }]);
    }
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(`${world.url}${HOME}${path}`);
    return page;
  }
  const users = (): Promise<User[]> => world.must<User[]>('GET', '/users', { key: world.admin });
  const statusWith = async (cookie: string): Promise<number> =>
    (await world.ask('GET', '/auth/session', { cookie })).status;

  it('list where one is signed in, and end one, or all others', async () => {
    const elsewhere = await Promise.all([1, 2, 3].map(() => world.signInAs('maria')));
    const page = await opened('/settings/account', 'maria');
    await page.getByTestId('session-row').nth(3).waitFor();
    expect(await page.getByTestId('session-row').filter({ hasText: 'this browser' }).count()).toBe(
      1,
    );
    await page.getByTestId('session-end').first().click();
    await settles(async () => expect(await page.getByTestId('session-row').count()).toBe(3));
    await page.getByTestId('sessions-end').click();
    await settles(async () => expect(await page.getByTestId('session-row').count()).toBe(1));
    await settles(async () => {
      expect(await Promise.all(elsewhere.map(statusWith))).toEqual([401, 401, 401]);
    });
    expect(await page.getByTestId('sessions-end').count()).toBe(0);
    await context.close();
  });

  it('get another password, which is asked for twice and for the old one', async () => {
    const page = await opened('/settings/account', 'maria');
    const change = async (current: string, wanted: string, again: string): Promise<void> => {
      await page.getByTestId('password-current').fill(current);
      await page.getByTestId('password-wanted').fill(wanted);
      await page.getByTestId('password-again').fill(again);
      await page.getByTestId('password-change').click();
    };
    const error = page.getByTestId('password-form').getByRole('alert');
    await change(PASSWORD, NEW, 'something else');
    await error.waitFor();
    expect(await error.textContent()).toBe('The two are not the same');
    await change('not the password', NEW, NEW);
    await settles(async () => expect(await error.textContent()).toMatch(/wrong/));
    expect(new URL(page.url()).pathname).toBe(`${HOME}/settings/account`);
    await change(PASSWORD, NEW, NEW);
    await page.getByText('The password is changed').first().waitFor();
    await world.signInAs('maria', NEW);
    await context.close();
  });

  it('keep language, theme and density in this browser', async () => {
    const page = await opened('/settings/account', 'chief');
    await page.getByTestId('language').selectOption('de');
    await page.getByRole('heading', { level: 1, name: 'Konto' }).waitFor();
    await page.getByTestId('theme').selectOption('dark');
    await page.getByTestId('density').selectOption('comfortable');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Konto' }).waitFor();
    const root = page.locator('html');
    expect([
      await root.getAttribute('data-theme'),
      await root.getAttribute('data-density'),
    ]).toEqual(['dark', 'comfortable']);
    await context.close();
  });

  it('are managed by who administers every project: role, link, disabling, removal', async () => {
    await world.aUser('nora', 'viewer');
    const page = await opened('/settings/users', 'chief');
    const row = page.getByTestId('user-row').filter({ hasText: 'nora' });
    await row.waitFor();
    const nora = async (): Promise<User> => (await users()).find(({ name }) => name === 'nora')!;
    await row.getByTestId('user-role').selectOption('operator');
    await settles(async () =>
      expect((await nora()).projects).toEqual([{ slug: 'default', role: 'operator' }]),
    );
    await row.getByTestId('user-add').selectOption('blue');
    await settles(async () =>
      expect((await nora()).projects.map(({ slug }) => slug)).toEqual(['blue', 'default']),
    );
    await settles(async () => expect(await row.getByTestId('user-role').count()).toBe(2));
    await row.getByTestId('user-role').first().selectOption('');
    await settles(async () =>
      expect((await nora()).projects.map(({ slug }) => slug)).toEqual(['default']),
    );
    await row.getByTestId('user-reset').click();
    const link = (await page.locator('apt-secret-once').textContent()) ?? '';
    const [address = ''] = /http\S+#[\w-]{43}/.exec(link) ?? [];
    await page.screenshot({ path: `${SHOTS}/users-link.png` });
    await page.getByRole('button', { name: 'I have sent it' }).click();
    const theirs = await (await browser.newContext({ locale: 'en' })).newPage();
    await theirs.goto(address);
    await theirs.locator('input[name=password]').fill(NEW);
    expect(await barriers(theirs)).toEqual([]);
    await theirs.screenshot({ path: `${SHOTS}/new-password.png` });
    await theirs.getByTestId('reset-accept').click();
    await theirs.waitForURL((url) => url.pathname === HOME);
    await theirs.goto(address);
    await theirs.reload();
    await theirs.getByTestId('reset-over').waitFor();
    await theirs.context().close();
    await world.signInAs('nora', NEW);
    await row.getByTestId('user-disable').click();
    expect(await row.getByRole('alert').textContent()).toContain('Disable nora?');
    await row.getByTestId('user-sure').click();
    await settles(async () => expect((await nora()).disabledAt).not.toBeNull());
    await row.getByTestId('user-enable').click();
    await settles(async () => expect((await nora()).disabledAt).toBeNull());
    await row.getByTestId('user-remove').click();
    await row.getByTestId('user-sure').click();
    await settles(async () => expect(await row.count()).toBe(0));
    // The last one cannot take the administration away from everybody.
    const own = page.getByTestId('user-row').filter({ hasText: 'chief' });
    await own.getByTestId('user-raise').click();
    await own.getByTestId('user-sure').click();
    await page
      .getByText(/Nobody would be left/)
      .first()
      .waitFor();
    await context.close();
  });

  it.each(VIEWS)('look right and are accessible: $name', async (view) => {
    await world.aUser(`guest-${view.name}`, 'viewer');
    for (const path of ['account', 'users']) {
      const page = await opened(`/settings/${path}`, 'chief', view);
      const row = path === 'users' ? 'user-row' : 'session-row';
      await page.getByTestId(row).first().waitFor();
      await page.waitForTimeout(600);
      expect([path, await barriers(page), await overflow(page)]).toEqual([path, [], 0]);
      await page.screenshot({ path: `${SHOTS}/${path}-${view.name}.png`, fullPage: true });
      await context.close();
    }
  });

  it('say so where nobody signs in', async () => {
    const page = await opened('/settings/account', null);
    await page.waitForURL(/sign-in/);
    await context.close();
  });
});
