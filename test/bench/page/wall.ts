import { setTimeout as sleep } from 'node:timers/promises';

import type { Browser } from 'playwright-core';

import { secondHalf, slopePerHour } from '../support/slope.js';

/** Of the budgets of the dashboard. */
const MOST_MB = 150;
/** What a day may leave behind, spread over it; below `NOISE_MB` a slope is noise. */
const MOST_MB_PER_HOUR = 2;
const NOISE_MB = 1.5;

export interface WallOptions {
  minutes: number;
  everySecond: () => Promise<void>;
}

interface Held {
  minute: number;
  mb: number;
  nodes: number;
  listeners: number;
}

/** The overview on a wall, live. @returns whether what it holds stays the same */
export async function measureWall(
  browser: Browser,
  url: string,
  { minutes, everySecond }: WallOptions,
): Promise<boolean> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${url}/agent-performance?kiosk=1&from=now-1h`);
  const session = await context.newCDPSession(page);
  const startedMs = performance.now();
  const untilMs = startedMs + minutes * 60_000;
  const minute = (): number => (performance.now() - startedMs) / 60_000;
  const look = async (): Promise<Held> => {
    // What a collection frees may only then let go of more.
    for (let times = 0; times < 2; times += 1) await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { minute: minute(), mb: usedSize / 1e6, nodes, listeners: jsEventListeners };
  };
  const sampleMs = Math.min(60_000, (minutes * 60_000) / 10);
  const samples: Held[] = [];
  console.log('a wall, live\n  minute   held MB     nodes  listeners');
  let sampleAtMs = startedMs + sampleMs;
  for (let second = 1; performance.now() < untilMs; second += 1) {
    await everySecond();
    await sleep(Math.max(0, startedMs + second * 1000 - performance.now()));
    if (performance.now() < sampleAtMs) continue;
    sampleAtMs += sampleMs;
    const held = await look();
    samples.push(held);
    const columns = [held.minute.toFixed(1), held.mb.toFixed(1), held.nodes, held.listeners];
    console.log(columns.map((text) => String(text).padStart(9)).join(' '));
  }
  const isLive = (await page.getByTestId('live-pill').textContent())?.includes('Live') ?? false;
  await context.close();
  return judge(samples, errors, isLive);
}

function judge(samples: readonly Held[], errors: readonly string[], isLive: boolean): boolean {
  const late = secondHalf(samples);
  const [first, last] = [late[0], late.at(-1)];
  if (!first || !last) return false;
  const slope = slopePerHour(late, ({ mb }) => mb);
  const most = MOST_MB_PER_HOUR + (60 * NOISE_MB) / Math.max(0.1, last.minute - first.minute);
  const peak = Math.max(...samples.map(({ mb }) => mb));
  const isGood = slope <= most && peak <= MOST_MB && errors.length === 0 && isLive;
  console.log(
    `\nheld at most ${peak.toFixed(1)} MB (${MOST_MB}), second half ${slope.toFixed(1)} MB an hour ` +
      `(at most ${most.toFixed(0)} over so short a time); nodes ${first.nodes} to ${last.nodes}, ` +
      `listeners ${first.listeners} to ${last.listeners}; ${errors.length} errors; ` +
      `${isLive ? 'live to the end' : 'NOT live at the end'}: ${isGood ? 'kept' : 'MISSED'}`,
  );
  return isGood;
}
