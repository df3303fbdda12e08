import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { Belongings } from '../support/belongings.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender, SocketSender } from '../support/senders.js';
import { eventually, startReadyTracker } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

/** Promised for an orderly stop. */
const STOP_MS = 10_000;

interface Answered {
  status: number;
  connection: string | undefined;
}

/** Over connections that stay open, as a client of a busy server has them. */
function ask(agent: Agent, url: string): Promise<Answered | null> {
  return new Promise((resolve) => {
    const call = request(url, { agent }, (answer) => {
      answer.resume().once('end', () => {
        resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection });
      });
      answer.once('error', () => resolve(null));
    });
    call.once('error', () => resolve(null));
    call.end();
  });
}

describe('a stop under load', () => {
  const belongings = new Belongings();
  afterEach(() => belongings.end());
  const boot = async (): Promise<{ database: FreshDatabase; tracker: RunningTracker }> => {
    const database = await freshDatabase('stop');
    belongings.add(() => database.drop());
    const tracker = await startReadyTracker({ DATABASE_URL: database.url });
    belongings.add(() => tracker.stop());
    return { database, tracker };
  };

  it('answers what it has accepted, turns away what is new, and ends in time', async () => {
    const random = seeded(Date.now());
    const { database, tracker } = await boot();
    const ledger = new Ledger(random);
    const senders = [new HttpSender(tracker.url), new SocketSender(tracker.url)];
    const load = new Load({ ledger, senders, random, batchSize: 200, lanes: 4, pauseMs: 0 });
    await load.kept();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    belongings.add(() => agent.destroy());
    const turnedAway: Answered[] = [];
    let hasEnded = false;
    const watch = async (): Promise<void> => {
      while (!hasEnded) {
        const answer = await ask(agent, `${tracker.url}/livez`);
        if (answer && answer.status !== 200) turnedAway.push(answer);
        await sleep(1);
      }
    };
    const watching = Promise.all([watch(), watch(), watch()]);
    await sleep(500);
    const toldAtMs = performance.now();
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
    expect(performance.now() - toldAtMs).toBeLessThan(STOP_MS);
    hasEnded = true;
    await watching;
    await load.stop();
    agent.destroy();
    expect(load.surprises).toEqual([]);
    for (const answer of turnedAway) expect(answer).toEqual({ status: 503, connection: 'close' });
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  });

  it('waits for a write that the database holds up, and acknowledges it', async () => {
    const { database, tracker } = await boot();
    const ledger = new Ledger(seeded(Date.now()));
    const sender = new HttpSender(tracker.url);
    expect(await sender.send(ledger.batch(1))).toBe('kept');
    const { Client } = (await import('pg')).default;
    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    belongings.add(() => admin.end());
    await admin.query('BEGIN; LOCK TABLE agent_performance_metrics IN EXCLUSIVE MODE');
    const batch = ledger.batch(10);
    const sent = sender.send(batch);
    await sleep(500);
    tracker.signal('SIGTERM');
    const agent = new Agent({ keepAlive: false });
    const isTurnedAway = async (): Promise<boolean> => {
      const answer = await ask(agent, `${tracker.url}/livez`);
      return answer?.status === 503 && answer.connection === 'close';
    };
    expect(await eventually(isTurnedAway, 2500)).toBe(true);
    await admin.query('ROLLBACK');
    expect(await sent).toBe('kept');
    ledger.acknowledge(batch);
    expect(await tracker.exited).toBe(0);
    expect(await ledger.compare(database.url)).toEqual(NO_DISCREPANCIES);
  });
});
