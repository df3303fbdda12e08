import { join } from 'node:path';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import type { CreatedInvitation } from '@app/contracts';
import type { Browser, Page } from 'playwright-core';

import { AccessWorld, PASSWORD } from '../support/access-world.js';
import { launchBrowser } from '../support/browser.js';
import { barriers, sticksOut } from '../support/page-visitor.js';

jest.setTimeout(240_000);
const SHOTS = join(import.meta.dirname, 'screenshots');
const HOME = '/agent-performance';

describe('signing in and managing access in a browser', () => {
  let world: AccessWorld;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    world = await AccessWorld.boot();
    await world.aUser('maria', 'admin');
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-GB',
    });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && /content security|trusted/i.test(text))
        complaints.push(text);
    });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  /** Of these pages; what lies around them has tests of its own. */
  const axe = (): Promise<string[]> => barriers(page, [], 'apt-sidebar');
  const shot = (name: string): Promise<unknown> =>
    page.screenshot({ path: join(SHOTS, `${name}.png`) });

  async function signIn(name = 'maria', password = PASSWORD): Promise<void> {
    await page.locator('input[name=username]').fill(name);
    await page.locator('input[name=password]').fill(password);
    await page.getByTestId('sign-in').click();
  }

  it('leads to the sign-in and back to the very address', async () => {
    await page.goto(`${world.url}${HOME}/alerts/rules?window=7d`);
    await page.getByTestId('sign-in').waitFor();
    expect(await axe()).toEqual([]);
    await shot('access-sign-in');
    await signIn('maria', 'not the password');
    await page.getByTestId('sign-in-error').waitFor();
    await signIn();
    await page.waitForURL((url) => url.pathname === `${HOME}/alerts/rules`);
    expect(new URL(page.url()).searchParams.get('window')).toBe('7d');
    await page.getByRole('heading', { name: 'Alert rules', level: 1 }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ name: 'apt_session', httpOnly: true, sameSite: 'Lax' }]);
  });

  it('goes nowhere else after signing in, whatever a link says', async () => {
    const evil = encodeURIComponent('//evil.example/agent-performance');
    await page.goto(`${world.url}${HOME}/sign-in?return=${evil}`);
    await signIn();
    await page.waitForURL(
      (url) => url.href.startsWith(`${world.url}${HOME}`) && !url.pathname.endsWith('sign-in'),
    );
  });

  it('takes a pasted key', async () => {
    const { key } = await world.aKey(['read']);
    await page.goto(`${world.url}${HOME}/sign-in`);
    await page.getByTestId('by-key').click();
    const field = page.locator('input[name=key]');
    await field.focus();
    // As the browser does: what is pasted goes in unless the page forbids it.
    await page.evaluate(`(() => {
      const target = document.activeElement;
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(key)});
      const options = { clipboardData, bubbles: true, cancelable: true };
      const event = new ClipboardEvent('paste', options);
      if (target.dispatchEvent(event)) target.value = clipboardData.getData('text/plain');
    })()`);
    await page.getByTestId('sign-in').click();
    await page.waitForURL((url) => url.pathname === HOME);
  });

  it('makes a key that is shown once, and revokes it by its name', async () => {
    await page.goto(`${world.url}${HOME}/settings/keys`);
    await signIn();
    await page.getByTestId('key-name').fill('night build <b>');
    await page.getByTestId('create-key').click();
    const key = (await page.getByTestId('secret').textContent()) ?? '';
    expect(key).toMatch(/^apt_[a-z2-7]{8}_[a-z2-7]{32}$/);
    expect(await axe()).toEqual([]);
    await shot('access-key-made');
    await page.getByTestId('kept').click();
    await page.getByTestId('kept').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);
    const row = page.getByTestId('key-row').filter({ hasText: 'night build <b>' });
    await row.getByTestId('revoke').click();
    await row.getByText('Revoke night build <b>?').waitFor();
    await row.getByTestId('revoke-sure').click();
    await row.waitFor({ state: 'detached' });
    expect((await world.ask('GET', '/agents', { key })).status).toBe(401);
    await shot('access-keys');
  });

  it('invites somebody, who chooses a name and is in', async () => {
    await page.goto(`${world.url}${HOME}/settings/people`);
    await signIn();
    await page.getByTestId('invite-role').selectOption('operator');
    await page.getByTestId('invite').click();
    const link = (await page.getByTestId('secret').textContent()) ?? '';
    expect(link.startsWith(`${world.url}${HOME}/invitation#`)).toBe(true);
    expect(await axe()).toEqual([]);
    await shot('access-people');
    const guest = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await guest.goto(link);
    await guest.getByText('Operator').first().waitFor();
    await guest.screenshot({ path: join(SHOTS, 'access-invitation.png') });
    await guest.locator('input[name=username]').fill('ada');
    await guest.locator('input[name=password]').fill(PASSWORD);
    await guest.locator('form button.primary').click();
    await guest.waitForURL((url) => url.pathname === HOME);
    await guest.goto(link);
    await guest.getByText('This invitation does not work').waitFor();
    await guest.context().close();
  });

  it('shows what was changed, and lets people out', async () => {
    const body = { role: 'viewer', note: 'the audited' };
    await world.must<CreatedInvitation>('POST', '/invitations', { key: world.admin, body });
    await page.goto(`${world.url}${HOME}/settings/audit`);
    await signIn();
    await page.getByTestId('audit-row').first().waitFor();
    await page.getByTestId('audit-action').fill('invitation');
    await page.keyboard.press('Enter');
    await page.getByTestId('audit-row').first().getByText('invitation.').waitFor();
    expect(await axe()).toEqual([]);
    await shot('access-audit');
    await page.getByTestId('sign-out').click();
    await page.getByTestId('sign-in').waitFor();
    await page.goto(`${world.url}${HOME}/settings/audit`);
    await page.getByTestId('sign-in').waitFor();
  });

  it.each([
    ['access-sign-in-narrow', 'light', 'sign-in'],
    ['access-sign-in-dark', 'dark', 'sign-in'],
    ['access-keys-narrow', 'light', 'settings/keys'],
    ['access-keys-dark', 'dark', 'settings/keys'],
    ['access-people-dark', 'dark', 'settings/people'],
    ['access-audit-narrow', 'light', 'settings/audit'],
  ] as const)('fits: %s', async (name, colorScheme, path) => {
    await page.emulateMedia({ colorScheme });
    if (name.endsWith('narrow')) await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${world.url}${HOME}/${path}`);
    if (path !== 'sign-in') {
      await signIn();
      await page.waitForURL((url) => url.pathname.endsWith(path));
      await page.locator('apt-panel ul, apt-panel table').first().waitFor();
    }
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await axe()).toEqual([]);
    expect(await sticksOut(page)).toEqual([]);
    await shot(name);
  });

  it('fits: names that are one long word, also when asked whether they are to go', async () => {
    const name = 'n'.repeat(80) + String(Date.now());
    const { keyId } = await world.aKey(['ingest', 'read', 'operate'], 'default', { name });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${world.url}${HOME}/settings/keys`);
    await signIn();
    const row = page.getByTestId('key-row').filter({ hasText: name });
    expect(await sticksOut(page)).toEqual([]);
    await row.getByTestId('revoke').click();
    await row.getByTestId('revoke-sure').waitFor();
    expect(await sticksOut(page)).toEqual([]);
    await shot('access-keys-long-narrow');
    await page.goto(`${world.url}${HOME}/settings/audit`);
    // What was told of the key.
    const told = page.getByTestId('audit-row').filter({ hasText: name }).first();
    await told.locator('summary').click();
    await told.locator('pre').first().waitFor();
    expect(await sticksOut(page)).toEqual([]);
    await world.must('DELETE', `/keys/${keyId}`, { key: world.admin });
  });
});
