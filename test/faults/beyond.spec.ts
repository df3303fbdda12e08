import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { LightSocket } from '../bench/live/socket.js';
import { Belongings } from '../support/belongings.js';
import { API } from '../support/boot-app.js';
import { freshDatabase } from '../support/fresh-database.js';
import { aRecord } from '../support/ingest-requests.js';
import { eventually, startReadyTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const OVERLOAD_MS = 20_000;
const BATCH = 1000;
/** Waiting at once they are four times what the queue holds. */
const LANES = 400;
/** What the collector may leave lying about; without a bound it would be gigabytes. */
const GROWTH_MB = 250;
const SOCKETS = 2000;
const SOCKETS_MB = 500;
/** That of a broadcast to ten thousand, of which these are a fifth. */
const LATEST_MS = 2000;

/** Memory of a process; 0 where the system does not tell. */
function residentMb(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 1024 / 1024;
  } catch {
    return 0;
  }
}

describe('a tracker that is given far more than it can take', () => {
  const belongings = new Belongings();
  let tracker: RunningTracker;
  let client: pg.Client;
  beforeEach(async () => {
    const database = await freshDatabase('beyond');
    belongings.add(() => database.drop());
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    belongings.add(() => client.end());
    tracker = await startReadyTracker({ DATABASE_URL: database.url });
    belongings.add(async () => expect(await tracker.stop()).toBe(0));
  });
  afterEach(() => belongings.end());

  const post = (body: string): Promise<Response> =>
    fetch(`${tracker.url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  it('refuses what there is no room for, stays as large as it is, and keeps all that it took', async () => {
    let sent = 0;
    const batch = (): string => {
      const { executionId: _, taskId: __, ...record } = aRecord();
      const rest = JSON.stringify(record).slice(1);
      sent += 1;
      const records = Array.from({ length: BATCH }, (_, at) => `{"taskId":"${sent}-${at}",${rest}`);
      return `[${records.join(',')}]`;
    };
    const endMs = performance.now() + OVERLOAD_MS;
    const answers = new Map<number, number>();
    const hasNoHint: number[] = [];
    let accepted = 0;
    const lane = async (): Promise<void> => {
      while (performance.now() < endMs) {
        const answer = await post(batch());
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        const body = (await answer.json()) as { data?: { accepted: number } };
        accepted += body.data?.accepted ?? 0;
        if (answer.status === 200) continue;
        if (!(Number(answer.headers.get('retry-after')) > 0)) hasNoHint.push(answer.status);
        await sleep(100);
      }
    };
    const sizes: number[] = [];
    const watch = async (): Promise<void> => {
      while (performance.now() < endMs) {
        sizes.push(residentMb(tracker.pid));
        await sleep(250);
      }
    };
    await Promise.all([watch(), ...Array.from({ length: LANES }, lane)]);
    expect([...answers.keys()].sort()).toEqual([200, 503]);
    expect(hasNoHint).toEqual([]);
    const half = Math.floor(sizes.length / 2);
    const [warm, later] = [sizes.slice(0, half), sizes.slice(half)].map((some) =>
      Math.max(...some),
    );
    expect((later ?? 0) - (warm ?? 0)).toBeLessThan(GROWTH_MB);
    const { rows } = await client.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM agent_performance_metrics',
    );
    expect(accepted).toBeGreaterThan(BATCH);
    expect(rows[0]?.n).toBe(accepted);
    expect(await eventually(async () => (await statusOf(`${tracker.url}/readyz`)) === 200)).toBe(
      true,
    );
    expect((await post(JSON.stringify(aRecord()))).status).toBe(200);
  });

  it('tells two thousand clients the same in time', async () => {
    const port = Number(new URL(tracker.url).port);
    const heard: number[] = [];
    let mark = '"none"';
    let sentAtMs = 0;
    let ready = 0;
    const open = async (): Promise<LightSocket> => {
      let subscribed = (): void => undefined;
      const whenReady = new Promise<void>((resolve) => (subscribed = resolve));
      const socket = await LightSocket.open(port, '/agent-performance', (text, own) => {
        if (text.includes('"type":"welcome"')) {
          own.send('{"type":"subscribe","events":["performance:taskCompleted"]}');
        } else if (text.includes('"type":"reply"')) subscribed();
        else if (text.includes(mark)) heard.push(performance.now() - sentAtMs);
      });
      belongings.add(() => socket.close());
      await whenReady;
      ready += 1;
      return socket;
    };
    for (let opened = 0; opened < SOCKETS; opened += 100) {
      await Promise.all(Array.from({ length: 100 }, open));
    }
    expect(ready).toBe(SOCKETS);
    expect(residentMb(tracker.pid)).toBeLessThan(SOCKETS_MB);

    // A machine that others use makes some rounds late.
    let latestMs = Infinity;
    for (let round = 0; round < 5 && latestMs >= LATEST_MS; round += 1) {
      heard.length = 0;
      mark = `round-${round}-of-all`;
      sentAtMs = performance.now();
      expect((await post(JSON.stringify(aRecord({ taskId: mark })))).status).toBe(200);
      expect(await eventually(() => heard.length >= SOCKETS)).toBe(true);
      latestMs = Math.max(...heard);
    }
    expect(heard.length).toBe(SOCKETS);
    expect(latestMs).toBeLessThan(LATEST_MS);
    expect(residentMb(tracker.pid)).toBeLessThan(SOCKETS_MB);
  });
});
