import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { PageRest } from '../support/page-rest.js';
import { barriers } from '../support/page-visitor.js';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots', 'matrix');
const BUILT = join(import.meta.dirname, '../../frontend/dist/web/browser');
const HOME = '/agent-performance';
const PAGES = [
  ['overview', ''],
  ['alerts', '/alerts'],
  ['dashboards', '/dashboards'],
  ['agents', '/agents'],
  ['tasks', '/tasks'],
  ['compare', '/compare'],
  ['benchmarks', '/benchmarks'],
  ['status', '/status'],
  ['settings', '/settings'],
  ['account', '/settings/account'],
  ['users', '/settings/users'],
  ['agent', '/agents/planner-1'],
  ['rules', '/alerts/rules'],
] as const;
const STATES = ['full', 'empty', 'loading', 'error'] as const;
const SIZES = [
  ['wide', 1440, 900],
  ['narrow', 390, 844],
] as const;
const SCHEMES = ['light', 'dark'] as const;
const KIB = 1024;

// A browser on a busy machine takes its time.
jest.setTimeout(600_000);

describe('how the pages look, in a browser', () => {
  let server: BootedApp;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    server = await bootApp();
    browser = await launchBrowser();
    const agents = ['planner-1', 'reader-1', 'reader-2', 'toolsmith-1'];
    const records = agents.flatMap((agentId, agent) =>
      Array.from({ length: 40 }, (_, at) => ({
        agentId,
        agentType: agent === 0 ? 'orchestrator' : 'cognitive',
        taskId: `${agentId} does ${at}`,
        complexity: 1 + (at % 5),
        status: (at + agent) % 9 === 0 ? 'failure' : 'success',
        endedAt: new Date(Date.now() - at * 80_000).toISOString(),
        durationMs: 400 + ((at * 137 + agent * 911) % 3000),
        cpuPercent: 20 + ((at * 7) % 40),
        memoryMb: 100 + ((at * 13) % 80),
      })),
    );
    for (const record of records) await server.send('POST', '/metrics', record);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    await page.goto(`${server.url}${path}`);
    await page.locator('h1').first().waitFor();
    return page;
  };

  /** `full` needs nothing; the others change what the tracker answers. */
  const inState = async (page: Page, state: (typeof STATES)[number]): Promise<void> => {
    if (state === 'full' || state === 'empty') return;
    await page.route(/\/api\/v1\/agent-performance\/(?!projects|status)/, (route) =>
      state === 'loading'
        ? undefined
        : route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              code: 'overloaded',
              title: 'The tracker is busy',
              status: 503,
              requestId: 'req-matrix',
            }),
          }),
    );
  };

  for (const [size, width, height] of SIZES) {
    for (const colorScheme of SCHEMES) {
      it.each(STATES)(`every page ${size} ${colorScheme} %s`, async (state) => {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme });
        const page = await context.newPage();
        const rest = new PageRest(page);
        await inState(page, state);
        const project = state === 'empty' ? '?project=sample' : '?window=6h';
        const faults: string[] = [];
        await page.goto(`${server.url}${HOME}${project}`);
        for (const [name, path] of PAGES) {
          await rest.follow(`${HOME}${path}${project}`);
          await page.locator('h1').first().waitFor();
          if (state === 'loading') await page.waitForTimeout(600);
          else await rest.settled();
          await page.screenshot({
            path: join(SCREENSHOTS, `${name}-${size}-${colorScheme}-${state}.png`),
            fullPage: state === 'full',
          });
          // Narrow, the colours are the same and the parts are judged once.
          if (state !== 'full' || (size === 'narrow' && colorScheme === 'light')) continue;
          for (const barrier of await barriers(page)) faults.push(`${name}: ${barrier}`);
        }
        await context.close();
        expect(faults).toEqual([]);
      });
    }
  }

  it('is set in one typeface on every machine, served from here', async () => {
    const page = await open(HOME);
    const faces = await page.evaluate(`document.fonts.ready.then((fonts) =>
      [...fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family))`);
    expect(faces).toContain('Inter');
    const { headers } = await fetch(`${server.url}${HOME}`);
    const [, path = ''] = /^<(.+?)>; rel=preload/.exec(headers.get('link') ?? '') ?? [];
    const file = await fetch(`${server.url}${path}`);
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'font/woff2']);
    expect(file.headers.get('cache-control')).toContain('immutable');
    await page.context().close();
  });

  it('moves nothing for who wants no motion', async () => {
    const page = await open(HOME, { reducedMotion: 'reduce' });
    await page.getByTestId('agent-card').first().waitFor();
    const moving = await page.evaluate('document.getAnimations().length');
    expect(moving).toBe(0);
    await page.context().close();
  });

  it.each([
    '',
    '/agents',
    '/tasks',
    '/alerts',
    '/benchmarks',
    '/settings',
    '/settings/account',
    '/settings/users',
    '/status',
    '/compare',
  ])('fits into any width: %s', async (at) => {
    const page = await open(`${HOME}${at}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const width of [320, 390, 768, 1024, 1440, 3840]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(250);
      const over = await page.evaluate(`(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const wide = (element) => element.getBoundingClientRect().right > clientWidth + 1;
          return scrollWidth === clientWidth
            ? []
            : [...document.querySelectorAll('main *')].filter(wide).map((element) => element.outerHTML.slice(0, 90));
        })()`);
      expect([width, over]).toEqual([width, []]);
    }
    await page.context().close();
  });

  it('can be used with forced colours', async () => {
    const page = await open(HOME, { forcedColors: 'active' });
    await page.getByTestId('agent-card').first().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'forced-colors.png') });
    await page.getByTestId('nav-alerts').click();
    await page.getByTestId('filter-text').waitFor();
    await page.context().close();
  });

  it('is small: the first load and each page that comes later', () => {
    const index = readFileSync(join(BUILT, 'index.html'), 'utf8');
    const gz = (file: string): number => gzipSync(readFileSync(join(BUILT, file))).length;
    const first = new Set(
      [...index.matchAll(/(?:src|href)="([\w./-]+\.(?:js|css))"/g)].map(([, file]) => file ?? ''),
    );
    const initial = [...first].reduce((sum, file) => sum + gz(file), 0);
    const later = readdirSync(BUILT).filter((file) => /\.js$/.test(file) && !first.has(file));
    const largest = Math.max(...later.map(gz));
    process.stdout.write(
      `first load ${(initial / KIB).toFixed(0)} KiB gz of 150, largest later ${(largest / KIB).toFixed(0)} KiB gz of 250\n`,
    );
    expect(initial).toBeGreaterThan(50 * KIB);
    expect(initial).toBeLessThanOrEqual(150 * KIB);
    expect(largest).toBeLessThanOrEqual(250 * KIB);
  });
});
