import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page, Request } from 'playwright-core';

import { dashboardWorld, until } from '../support/dashboard-world.js';
import type { DashboardWorld } from '../support/dashboard-world.js';

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('a time range that cannot be shown, in a browser', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await dashboardWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  const label = async (page: Page): Promise<string> =>
    ((await page.getByTestId('range-trigger').textContent()) ?? '').trim();
  const asked = (page: Page, path: string): Request[] => {
    const requests: Request[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.endsWith(path)) requests.push(request);
    });
    return requests;
  };

  it('is refused where it is reversed, in the future or no time at all, and nothing is asked', async () => {
    const page = await world.open('/agent-performance?from=now-24h&refresh=off');
    await page.getByTestId('chart-execution-time').locator('canvas').first().waitFor();
    // Nothing is left to ask: the rate is off.
    await page.waitForTimeout(600);
    const requests = asked(page, '/trends');
    await page.getByTestId('range-trigger').click();
    for (const [from, to, field, said] of [
      ['now', 'now-1h', 'to', 'after the beginning'],
      ['now+1h', 'now+2h', 'from', 'future'],
      ['2020-01-01', 'now', 'from', 'too long'],
      ['soon', 'now', 'from', 'Not a time'],
    ] as const) {
      await page.getByTestId('range-from').fill(from);
      await page.getByTestId('range-to').fill(to);
      await page.getByTestId('range-to').press('Enter');
      await page.getByTestId(`range-${field}-fault`).getByText(said).waitFor();
    }
    await page.keyboard.press('Escape');
    expect(await label(page)).toBe('Last 24 hours');
    expect(requests).toEqual([]);
    await page.close();
  });

  it('is refused for single tasks where none are kept any more, and taken for figures', async () => {
    const page = await world.open('/agent-performance/tasks?from=now-24h&refresh=off');
    await page.getByTestId('task-row').first().waitFor();
    const requests = asked(page, '/metrics');
    await page.getByTestId('range-trigger').click();
    await page.getByTestId('range-keeps').getByText('kept for 30 days').waitFor();
    for (const from of ['now-60d', '2026-01-01', 'now-32d']) {
      await page.getByTestId('range-from').fill(from);
      await page.getByTestId('range-to').fill('now');
      await page.getByTestId('range-to').press('Enter');
      await page.getByTestId('range-from-fault').getByText('Single tasks are kept from').waitFor();
    }
    expect(await label(page)).toBe('Last 24 hours');
    expect(requests).toEqual([]);
    // As long as they are kept is long enough.
    await page.getByTestId('range-from').fill('now-30d');
    await page.getByTestId('range-to').press('Enter');
    await until(page, async () => (await label(page)) === 'Last 30 days');
    expect(await page.getByTestId('not-all').count()).toBe(0);
    await page.close();

    const overview = await world.open('/agent-performance?from=now-24h&refresh=off');
    await overview.getByTestId('range-trigger').click();
    await overview.getByTestId('range-keeps').getByText('month for good').waitFor();
    await overview.getByTestId('range-from').fill('now-60d');
    await overview.getByTestId('range-to').fill('now');
    await overview.getByTestId('range-to').press('Enter');
    await until(overview, async () => /60/.test(await label(overview)));
    // The tasks of that time say where they begin.
    await overview.goto(overview.url().replace('/agent-performance', '/agent-performance/tasks'));
    await overview.getByTestId('not-all').getByText('kept from').waitFor();
    await overview.close();
  });

  it('logged no error', () => {
    expect(world.complaints).toEqual([]);
  });
});
