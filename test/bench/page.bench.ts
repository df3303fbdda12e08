/**
 * The dashboard as a browser sees it: `npm run bench:page -- [--minutes=5] [--events=50]`.
 * How long each page takes to load with nothing remembered, and what a wall with the overview holds
 * on to while events come in: a day of it is `--minutes=1440`.
 * Exit code 1 when a budget is missed.
 */
import { parseArgs } from 'node:util';

import { API } from '../support/boot-app.js';
import { launchBrowser } from '../support/browser.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import { startReadyTracker } from '../support/tracker-process.js';
import { measureLoads } from './page/loads.js';
import { measureWall } from './page/wall.js';
import { sampleRecords } from './support/sample-records.js';

const FLEET = 24;
const HISTORY = 20_000;
const HOUR_MS = 3_600_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    events: { type: 'string', default: '50' },
  },
});

/** A fleet that fits the page, as many agents have it. */
async function send(url: string, count: number, run: number, spreadMs = 0): Promise<void> {
  const records = sampleRecords(count, run, Date.now(), run).map((record, at) => {
    const agent = at % FLEET;
    const startedAt = new Date(Date.now() - record.durationMs! - (spreadMs * at) / count);
    return {
      ...record,
      agentId: `agent-${agent}`,
      agentName: `Agent ${agent}`,
      agentType: ['cognitive', 'tool_maker', 'orchestrator'][agent % 3],
      startedAt: startedAt.toISOString(),
    };
  });
  const answer = await fetch(`${url}${API}/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(records),
  });
  if (answer.status !== 200) throw new Error(`POST /metrics: ${answer.status}`);
}

const postgres = await ThrowawayPostgres.start();
const tracker = await startReadyTracker({ DATABASE_URL: postgres.url });
const browser = await launchBrowser();
try {
  for (let batch = 0; batch < HISTORY / 2000; batch += 1) {
    await send(tracker.url, 2000, 1 + batch, 24 * HOUR_MS);
  }
  const areQuick = await measureLoads(browser, tracker.url);
  const perSecond = Number(values.events);
  let run = 1000;
  const isFlat = await measureWall(browser, tracker.url, {
    minutes: Number(values.minutes),
    everySecond: () => send(tracker.url, perSecond, (run += 1)),
  });
  process.exitCode = areQuick && isFlat ? 0 : 1;
} finally {
  await browser.close();
  await tracker.stop();
  await postgres.remove();
}
