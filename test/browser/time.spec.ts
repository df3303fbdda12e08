import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answer, TrendPoint } from '@app/contracts';
import type { Page, Request, Response } from 'playwright-core';

import { answerOf, dashboardWorld, queryOf, until } from '../support/dashboard-world.js';
import type { DashboardWorld } from '../support/dashboard-world.js';
import { seeded } from '../support/random-history.js';

jest.setTimeout(240_000);

const HOUR_MS = 3_600_000;
const BERLIN = { timezoneId: 'Europe/Berlin' };

describe('the time range in a browser', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await dashboardWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  const label = async (page: Page): Promise<string> =>
    ((await page.getByTestId('range-trigger').textContent()) ?? '').trim();
  const canvasOf = (page: Page, chart = 'execution-time') =>
    page.getByTestId(`chart-${chart}`).locator('.canvas');
  const drawn = async (page: Page): Promise<void> => {
    await page.getByTestId('chart-execution-time').locator('canvas').first().waitFor();
    // The chart answers where a time lies once it was drawn.
    await page.waitForTimeout(600);
  };
  const spanOf = (page: Page): number => {
    const query = queryOf(page);
    return Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '');
  };
  const asked = (page: Page, path: string): Request[] => {
    const requests: Request[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.endsWith(path)) requests.push(request);
    });
    return requests;
  };

  it('is chosen by a click, written as it is, and kept by reload, back and a clean profile', async () => {
    const page = await world.open('/agent-performance');
    await page.getByTestId('range-trigger').click();
    await page.getByTestId('quick-6h').click();
    await until(page, async () => (await label(page)) === 'Last 6 hours');
    expect([...queryOf(page)]).toEqual([['from', 'now-6h']]);
    await page.reload();
    await until(page, async () => (await label(page)) === 'Last 6 hours');
    await page.getByTestId('range-trigger').click();
    await page.getByTestId('quick-7d').click();
    await until(page, async () => (await label(page)) === 'Last 7 days');
    await page.goBack();
    await until(page, async () => (await label(page)) === 'Last 6 hours');
    await page.goForward();
    await until(page, async () => (await label(page)) === 'Last 7 days');
    const tasks = page.getByTestId('kpi-tasks');
    await until(page, async () => (await tasks.textContent()) !== '');
    const other = await world.open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await label(other)).toBe('Last 7 days');
    await until(other, async () => (await other.getByTestId('kpi-tasks').count()) > 0);
    expect(await other.getByTestId('kpi-tasks').textContent()).toBe(await tasks.textContent());
    await page.close();
    await other.close();
  });

  it('takes typed expressions on the clocks of the chosen zone', async () => {
    const page = await world.open('/agent-performance?tz=Asia/Tokyo', BERLIN);
    const totals = asked(page, '/summary/total');
    await page.getByTestId('range-trigger').click();
    await page.getByTestId('range-from').fill('now-1d/d');
    await page.getByTestId('range-to').fill('now-1d/d');
    await page.getByTestId('range-apply').click();
    await until(page, async () => (await label(page)).startsWith('Yesterday'));
    expect(await label(page)).toContain('UTC+09:00');
    expect(Object.fromEntries(queryOf(page))).toEqual({
      from: 'now-1d/d',
      to: 'now-1d/d',
      tz: 'Asia/Tokyo',
    });
    const ends = (request: Request | undefined) => {
      const query = new URL(request?.url() ?? 'x:').searchParams;
      return [query.get('from') ?? '', query.get('to') ?? ''];
    };
    await until(page, () => Promise.resolve(ends(totals.at(-1))[0] !== ''));
    const [from = '', to = ''] = ends(totals.at(-1));
    // Midnight in Tokyo is 15:00 UTC.
    expect([from.slice(11, 19), to.slice(11, 19)]).toEqual(['15:00:00', '15:00:00']);
    expect(Date.parse(to) - Date.parse(from)).toBe(24 * HOUR_MS);
    await page.close();
  });

  it('is zoomed by dragging: all charts ask once, and Back undoes it', async () => {
    const page = await world.open('/agent-performance?from=now-24h&refresh=off');
    await drawn(page);
    const box = (await canvasOf(page).boundingBox())!;
    const [totals, trends] = [asked(page, '/summary/total'), asked(page, '/trends')];
    await page.mouse.move(box.x + box.width * 0.4, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 110, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.7, box.y + 120, { steps: 4 });
    await page.getByTestId('stretch').waitFor();
    await page.mouse.up();
    await until(page, () => Promise.resolve(queryOf(page).has('to')));
    await page.waitForTimeout(1500);
    const [from, to] = ['from', 'to'].map((name) => Date.parse(queryOf(page).get(name) ?? ''));
    // Whole hours, about a third of a day, which lay in the middle of it.
    expect([from! % HOUR_MS, to! % HOUR_MS]).toEqual([0, 0]);
    expect((to! - from!) / HOUR_MS).toBeGreaterThan(5);
    expect((to! - from!) / HOUR_MS).toBeLessThan(11);
    expect(totals).toHaveLength(1);
    const urls = trends.map((request) => request.url());
    expect(urls.some((url) => url.includes('from='))).toBe(true);
    expect(new Set(urls).size).toBe(urls.length);
    await page.goBack();
    await until(page, async () => (await label(page)) === 'Last 24 hours');
    expect(await page.getByTestId('stretch').count()).toBe(0);
    await page.close();
  });

  it('is zoomed by keys to the same buckets', async () => {
    const page = await world.open('/agent-performance?from=now-24h&refresh=off', BERLIN);
    // Answers on their way when a page is read anew are lost.
    await drawn(page);
    const isAsked = (response: Response): boolean => {
      const { pathname, searchParams } = new URL(response.url());
      const isOfAll = !searchParams.has('agentIds') && searchParams.get('window') === '24h';
      return pathname.endsWith('/trends') && searchParams.get('tz') === 'Europe/Berlin' && isOfAll;
    };
    const [response] = await Promise.all([page.waitForResponse(isAsked), page.reload()]);
    // Its body may be gone with the page that asked.
    const { data: points } = (await (await fetch(response.url())).json()) as Answer<TrendPoint[]>;
    await drawn(page);
    await canvasOf(page).focus();
    for (const key of [
      'Home',
      'ArrowRight',
      'ArrowRight',
      'Shift+ArrowRight',
      'Shift+ArrowRight',
    ]) {
      await page.keyboard.press(key);
    }
    await page.getByTestId('stretch').waitFor();
    expect(
      await page.getByTestId('chart-execution-time').locator('[aria-live]').textContent(),
    ).toContain('selected');
    await page.keyboard.press('Enter');
    await until(page, () => Promise.resolve(queryOf(page).has('to')));
    const query = queryOf(page);
    expect([query.get('from'), query.get('to')]).toEqual([
      new Date(points[2]!.bucketStart).toISOString(),
      new Date(points[4]!.bucketEnd).toISOString(),
    ]);
    await page.close();
  });

  it('is widened, shifted and given back', async () => {
    const page = await world.open('/agent-performance?from=now-2d&to=now-1d');
    await page.getByTestId('range-out').click();
    await until(page, () => Promise.resolve(spanOf(page) > 0));
    const twoDays = spanOf(page);
    expect(twoDays / HOUR_MS).toBeGreaterThan(47.9);
    expect(twoDays / HOUR_MS).toBeLessThan(48.1);
    const to = queryOf(page).get('to') ?? '';
    await page.getByTestId('range-earlier').click();
    await until(page, () => Promise.resolve(queryOf(page).get('to') !== to));
    expect(Date.parse(to) - Date.parse(queryOf(page).get('to') ?? '')).toBe(twoDays / 2);
    await page.getByTestId('range-later').click();
    await until(page, () => Promise.resolve(queryOf(page).get('to') === to));
    await page.getByTestId('range-back').click();
    await page.getByTestId('range-back').click();
    await page.getByTestId('range-back').click();
    await until(page, () => Promise.resolve(queryOf(page).get('to') === 'now-1d'));
    expect(await page.getByTestId('range-back').count()).toBe(0);
    await page.close();
  });

  it('survives whatever the address says, and tells what it could not use', async () => {
    const random = seeded(5);
    const letters = 'now-/+:0123456789smhdwMy TZ<>%"';
    const text = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 14) }, () =>
        letters.charAt(Math.floor(random() * letters.length)),
      ).join('');
    const page = await world.open('/agent-performance');
    const before = world.complaints.length;
    for (let round = 0; round < 12; round += 1) {
      const query = new URLSearchParams({
        from: text(),
        to: text(),
        tz: text(),
        refresh: text(),
        agents: text(),
        level: text(),
      });
      await page.goto(`${world.server.url}/agent-performance?${query.toString()}`);
      await page.getByTestId('range-trigger').waitFor();
      const notice = page.locator('apt-notices').getByRole('status').first();
      await notice.waitFor();
      expect(await notice.textContent()).toContain('“');
    }
    await page.waitForTimeout(500);
    expect(world.complaints.slice(before)).toEqual([]);
    await page.close();
  });

  it('has buckets for its width, and says how wide they are', async () => {
    const page = await world.open('/agent-performance?from=now-30d', {
      viewport: { width: 1200, height: 900 },
    });
    await page.getByTestId('chart-execution-time').getByText('by the day').waitFor();
    // Questions from before the width of the chart was known are given up.
    const isCharts = (url: string): boolean => /\/trends.*window=30d.*period=day/.test(url);
    let url: string | undefined;
    await until(page, async () => {
      const asked = await page.evaluate<string[]>(`performance.getEntries().map((e) => e.name)`);
      url = asked.find((one) => isCharts(one) && !one.includes('agentIds'));
      return url !== undefined;
    });
    const { data } = (await (await fetch(url ?? '')).json()) as Answer<TrendPoint[]>;
    expect(data.length).toBeLessThanOrEqual(600);
    expect(data.length).toBeGreaterThan(20);
    await page.close();
  });

  it('gives a day 23 or 25 hours where the clock changes, and names the offset', async () => {
    const year = new Date().getFullYear() - 1;
    const lastSunday = (month: number): number => {
      const end = new Date(Date.UTC(year, month, 0));
      return end.getUTCDate() - end.getUTCDay();
    };
    for (const [month, hours, offsets] of [
      [3, [24, 23, 24], ['UTC+01:00', 'UTC+01:00', 'UTC+02:00']],
      [10, [24, 25, 24], ['UTC+02:00', 'UTC+02:00', 'UTC+01:00']],
    ] as const) {
      const sunday = lastSunday(month);
      const day = (at: number): string =>
        new Date(Date.UTC(year, month - 1, at)).toISOString().slice(0, 10);
      // So narrow that days are what fits.
      const path = `/agent-performance?tz=Europe/Berlin&from=${day(sunday - 20)}&to=${day(sunday + 20)}`;
      const page = await world.open('/agent-performance/settings', {
        viewport: { width: 1100, height: 900 },
      });
      const {
        data: [week],
      } = await answerOf<TrendPoint[]>(world, '/trends?window=7d&period=week');
      const around: TrendPoint[] = [];
      // Days so long ago hold nothing any more: work is written into the days of the tracker.
      const isDays = (url: URL): boolean =>
        url.pathname.endsWith('/trends') &&
        url.searchParams.get('period') === 'day' &&
        !url.searchParams.has('agentIds');
      await page.route(isDays, async (route) => {
        const response = await route.fetch();
        const { data } = (await response.json()) as Answer<TrendPoint[]>;
        const noon = Date.UTC(year, month - 1, sunday);
        const worked = data.map((point) => {
          const { bucketStart, bucketEnd } = point;
          const isNear = Math.abs(Date.parse(bucketStart) - noon) < 30 * HOUR_MS;
          return isNear ? { ...week!, bucketStart, bucketEnd } : point;
        });
        around.splice(0, 99, ...worked.filter(({ total }) => total > 0));
        await route.fulfill({ response, json: { data: worked } });
      });
      await page.route('**/summary/total*', async (route) => {
        const response = await route.fetch();
        const { data } = (await response.json()) as Answer<object>;
        await route.fulfill({ response, json: { data: { ...data, total: 3 } } });
      });
      await page.goto(`${world.server.url}${path}`);
      await drawn(page);
      const lengths = around.map(
        ({ bucketStart, bucketEnd }) => (Date.parse(bucketEnd) - Date.parse(bucketStart)) / HOUR_MS,
      );
      expect(lengths).toEqual(hours);
      const panel = page.getByTestId('chart-execution-time');
      await panel.getByTestId('as-table').click();
      const rows = panel.locator('tbody tr').filter({ hasNotText: 'no data' });
      expect((await rows.allTextContents()).map((row) => /UTC\S\d\d:\d\d/.exec(row)?.[0])).toEqual(
        offsets,
      );
      await page.close();
    }
  });

  it('is a sheet on a phone', async () => {
    const page = await world.open('/agent-performance', { viewport: { width: 390, height: 844 } });
    await page.getByTestId('range-trigger').click();
    const box = (await page.getByTestId('range-dialog').boundingBox())!;
    expect([box.x, box.width, Math.round(box.y + box.height)]).toEqual([0, 390, 844]);
    await page.getByTestId('quick-1h').click();
    await until(page, async () => (await label(page)) === 'Last hour');
    await page.close();
  });

  it('logged no error', () => {
    expect(world.complaints).toEqual([]);
  });
});
