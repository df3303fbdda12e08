import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { atBest } from '../support/at-best.js';
import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender, SocketSender } from '../support/senders.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import { eventually, startReadyTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

/** Promised after the database is back. */
const RECOVERY_MS = 5000;
const OUTAGE_MS = 15_000;
/** More than the queue of the pipe and the garbage of a short outage may take. */
const GROWTH_MB = 150;

describe('a database that breaks down under load', () => {
  const random = seeded(Date.now());
  const belongings = new Belongings();
  let postgres: ThrowawayPostgres;
  let tracker: RunningTracker;
  let ledger: Ledger;
  let load: Load;

  beforeAll(async () => {
    postgres = await ThrowawayPostgres.start();
    belongings.add(() => postgres.remove());
    tracker = await startReadyTracker({ DATABASE_URL: postgres.url });
    belongings.add(async () => expect(await tracker.stop()).toBe(0));
  });
  beforeEach(async () => {
    ledger = new Ledger(random);
    const senders = [new HttpSender(tracker.url), new SocketSender(tracker.url)];
    load = new Load({ ledger, senders, random });
    await load.kept();
  });
  afterEach(() => load.stop());
  afterAll(() => belongings.end());

  /** A single answer may be late on a busy machine. */
  const answers = (path: string, status: number): Promise<boolean> =>
    eventually(async () => (await statusOf(`${tracker.url}${path}`)) === status);
  const expectWhole = async (): Promise<void> => {
    await load.stop();
    expect(load.surprises).toEqual([]);
    expect(await ledger.compare(postgres.url)).toEqual(NO_DISCREPANCIES);
    expect(await answers('/readyz', 200)).toBe(true);
  };

  it('killed with all its processes: serves again without a restart of the tracker', async () => {
    const recovery = async (): Promise<number> => {
      await postgres.kill();
      expect(await answers('/readyz', 503)).toBe(true);
      await postgres.resume();
      return load.kept();
    };
    expect(await atBest(RECOVERY_MS, recovery)).toBeLessThan(RECOVERY_MS);
    await expectWhole();
  });

  it('all its sessions ended by an administrator: the next moment is as if nothing was', async () => {
    const recoveries: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await postgres.ask(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = $1',
        ['client backend'],
      );
      recoveries.push(await load.kept());
      expect(await answers('/readyz', 200)).toBe(true);
    }
    expect(Math.min(...recoveries)).toBeLessThan(RECOVERY_MS);
    await expectWhole();
  });

  it('aborted and recovered several times: nothing that was acknowledged is lost', async () => {
    for (let round = 0; round < 4; round += 1) {
      await postgres.abort();
      await postgres.resume();
      await load.kept();
      await sleep(random() * 500);
    }
    await expectWhole();
  });

  it('away for a while: refuses without growing, and recovers', async () => {
    const before = residentMb(tracker.pid);
    await postgres.stop();
    const returnsAtMs = performance.now() + OUTAGE_MS;
    let worst = 0;
    while (performance.now() < returnsAtMs) {
      expect(await answers('/livez', 200)).toBe(true);
      worst = Math.max(worst, residentMb(tracker.pid));
      await sleep(500);
    }
    const answer = await fetch(`${tracker.url}/readyz`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await fetch(`${tracker.url}${API}/summary`)).status).toBe(503);
    expect(load.counts.refused).toBeGreaterThan(0);
    expect(worst - before).toBeLessThan(GROWTH_MB);
    await postgres.resume();
    const again = async (): Promise<number> => {
      await postgres.stop();
      await postgres.resume();
      return load.kept();
    };
    const firstMs = await load.kept();
    const bestMs = firstMs < RECOVERY_MS ? firstMs : await atBest(RECOVERY_MS, again);
    expect(bestMs).toBeLessThan(RECOVERY_MS);
    await expectWhole();
  });
});

/** Memory of a process; 0 where the system does not tell. */
function residentMb(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 1024 / 1024;
  } catch {
    return 0;
  }
}
