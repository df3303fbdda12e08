import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { HttpReceiver } from '../support/receivers.js';
import { barriers } from '../support/page-visitor.js';

jest.setTimeout(240_000);
let server: BootedApp;
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.listen();
  server = await bootApp({
    env: { SECRET_KEY: randomBytes(32).toString('base64'), NOTIFY_ALLOW_HOSTS: receiver.address },
  });
});
afterAll(async () => {
  await server?.close();
  await receiver?.close();
});

it('makes a webhook channel, tests it and shows the signed message in the log', async () => {
  const browser = await launchBrowser();
  try {
    const page = await (
      await browser.newContext({ viewport: { width: 1440, height: 900 } })
    ).newPage();
    await page.goto(`${server.url}/agent-performance/settings`);
    await page.getByTestId('no-channels').waitFor();
    await page.getByTestId('new-webhook').click();
    await page.locator('#channel-name').fill('On call');
    await page.locator('#channel-url').fill(receiver.url('/hook'));
    await page.locator('#channel-secret').fill(`whsec_${randomBytes(32).toString('base64')}`);
    await page.getByTestId('channel-save').click();
    await page.getByTestId('channel-test').click();
    await page.getByTestId('delivery-row').first().waitFor();
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,/);
    await page.screenshot({ path: join(import.meta.dirname, 'screenshots/settings.png') });
    expect(await barriers(page)).toEqual([]);
  } finally {
    await browser.close();
  }
});
