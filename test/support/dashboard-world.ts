import type { Answer } from '@app/contracts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { bootApp } from './boot-app.js';
import type { BootedApp } from './boot-app.js';
import { launchBrowser } from './browser.js';
import { seeded } from './random-history.js';

const HOUR_MS = 3_600_000;

/** A server with a week of work by five agents, and a browser that writes down what it complains of. */
export interface DashboardWorld {
  server: BootedApp;
  browser: Browser;
  /** Errors of pages and of their consoles. */
  complaints: string[];
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function dashboardWorld(): Promise<DashboardWorld> {
  const server = await bootApp();
  await send(server, weekOfWork(Date.now()));
  const browser = await launchBrowser();
  const complaints: string[] = [];
  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const viewport = { width: 1440, height: 1000 };
    const context = await browser.newContext({ locale: 'en-US', viewport, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${path}: ${message.text()}`);
    });
    await page.goto(`${server.url}${path}`);
    return page;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { server, browser, complaints, open, close };
}

/** @throws Error when the server does not take them */
export async function send(server: BootedApp, records: object[]): Promise<void> {
  const { status } = await server.send('POST', '/metrics', records);
  if (status >= 300) throw new Error(`The records were answered with ${status}`);
}

/** What the tracker answers by itself, to hold the page against. */
export async function answerOf<T>(world: DashboardWorld, path: string): Promise<Answer<T>> {
  return (await world.server.get<Answer<T>>(path)).body;
}

/** Which hours back nothing ran: a hole that charts must show. */
export const HOLE = { fromHoursAgo: 30, toHoursAgo: 26 };

/** Five agents, 8 executions an hour, a hole of some hours, and a sixth agent with one execution. */
export function weekOfWork(nowMs: number): object[] {
  const random = seeded(11);
  const records: object[] = [];
  for (let hour = 7 * 24; hour > 0; hour -= 1) {
    if (hour <= HOLE.fromHoursAgo && hour > HOLE.toHoursAgo) continue;
    for (let n = 0; n < 8; n += 1) {
      records.push(execution((hour + n) % 5, nowMs - (hour - random()) * HOUR_MS, random));
    }
  }
  const once = execution(5, nowMs - 2 * HOUR_MS, random);
  return [...records, { ...once, agentId: 'rare', agentName: 'Rare' }];
}

function execution(agent: number, startedAtMs: number, random: () => number): object {
  return {
    agentId: `agent-${agent}`,
    agentName: `Agent ${agent}`,
    agentType: agent < 3 ? 'cognitive' : 'tool_maker',
    taskId: `task-${Math.floor(startedAtMs)}`,
    complexity: 1 + (agent % 5),
    status: random() < 0.9 ? 'success' : 'failure',
    startedAt: new Date(Math.floor(startedAtMs)).toISOString(),
    durationMs: Math.round(200 + random() * 800 * (agent + 1)),
    cpuPercent: 20 + random() * 50,
    memoryMb: 200 + random() * 400,
  };
}

/** Waits until what the page answers is so, however long a busy machine takes. */
export async function until(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await isSo()) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`It never became so: ${isSo.toString().slice(0, 200)}`);
}

/** The query of the page's address. */
export function queryOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}
