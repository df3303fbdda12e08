import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';

import { dashboardWorld, send, until } from '../support/dashboard-world.js';
import type { DashboardWorld } from '../support/dashboard-world.js';
import { seeded } from '../support/random-history.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** What is taken in while the page stands still. */
const BURST = 10_000;
/** One page of the stream; a full buffer of a thousand rows is far less. */
const HEAP_GROWTH_BYTES = 24 * 1024 * 1024;

// A browser on a busy machine takes its time.
jest.setTimeout(240_000);

describe('how a page stands to now, in a browser', () => {
  let world: DashboardWorld;
  let proxy: TcpProxy;

  beforeAll(async () => {
    world = await dashboardWorld();
    const { hostname: host, port } = new URL(world.server.url);
    proxy = await TcpProxy.start({ host, port: Number(port) }, seeded(3));
  });
  afterEach(() => proxy.set());
  afterAll(async () => {
    await proxy?.close();
    await world?.close();
  });

  const burst = (count: number, at: string): object[] =>
    Array.from({ length: count }, (_, n) => ({
      agentId: `agent-${n % 5}`,
      agentType: 'cognitive',
      taskId: `${at}-${n}`,
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 100,
    }));

  /** A page whose only way to the server can be disturbed. */
  async function open(): Promise<Page> {
    const page = await world.open('/agent-performance/status');
    await page.goto(`${proxy.through(world.server.url)}agent-performance?from=now-1h`);
    await is(page, /^Live$/);
    return page;
  }
  const pill = async (page: Page): Promise<string> =>
    ((await page.getByTestId('live-pill').textContent()) ?? '').trim();
  const is = (page: Page, state: RegExp): Promise<void> =>
    until(page, async () => state.test(await pill(page)));
  const shown = (page: Page): Promise<string[]> => page.getByTestId('live-row').allTextContents();

  it('is live, paused with what is new, reconnecting, and stale, and says which', async () => {
    const page = await open();
    await page.getByTestId('live-pill').click();
    await is(page, /^Paused$/);
    await send(world.server, burst(3, 'paused'));
    await is(page, /^Paused · 3 new$/);
    await page.getByTestId('live-pill').click();
    await is(page, /^Live$/);
    // Cut, and nobody there: it tries again at once, and is stale after a while.
    proxy.set({ refusing: true });
    proxy.reset();
    await is(page, /^Reconnecting$/);
    await is(page, /^Stale$/);
    await page.getByTestId('offline').waitFor();
    proxy.set();
    await is(page, /^Live$/);
    await until(page, async () => (await page.getByTestId('offline').count()) === 0);
    await page.close();
  });

  it('notices a server that is there and says nothing, and comes back by itself', async () => {
    const page = await open();
    proxy.set({ blackhole: true });
    await is(page, /^(Reconnecting|Stale)$/);
    await is(page, /^Stale$/);
    proxy.set();
    proxy.reset();
    await is(page, /^Live$/);
    await page.close();
  });

  it('takes in ten thousand while it stands still, counts them, and jumps to now', async () => {
    const page = await open();
    await page.getByTestId('live-pill').click();
    await is(page, /^Paused$/);
    const before = await shown(page);
    const session = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const heapBefore = await heap();
    for (let sent = 0; sent < BURST; sent += 500) {
      await send(world.server, burst(500, `burst-${sent}`));
      await page.waitForTimeout(60);
    }
    await is(page, /^Paused · [\d.,k\s]+ new$/);
    // A client that is slow gets the latest state instead: never more than there were.
    const count = async (): Promise<number> => {
      const text = (await pill(page)).replace(/^Paused · | new$/g, '').replaceAll(',', '');
      return text.endsWith('k') ? Number(text.slice(0, -1)) * 1000 : Number(text);
    };
    await until(page, async () => (await count()) >= BURST * 0.9);
    expect(await count()).toBeLessThanOrEqual(BURST);
    expect(await shown(page)).toEqual(before);
    expect((await heap()) - heapBefore).toBeLessThan(HEAP_GROWTH_BYTES);
    await page.getByTestId('live-pill').click();
    await is(page, /^Live$/);
    await until(page, async () => (await shown(page)).some((row) => row.includes('burst-')));
    expect((await shown(page)).length).toBeLessThanOrEqual(50);
    await page.close();
  });
});
