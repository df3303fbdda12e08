import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Status } from '@app/contracts';

import { API } from '../support/boot-app.js';
import { Belongings } from '../support/belongings.js';
import { readExposition } from '../support/exposition.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import { eventually, startReadyTracker } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

interface Readiness {
  status: string;
  durability: string;
  degradedBy: string[];
}

describe('a database whose commits can be lost', () => {
  const belongings = new Belongings();
  let postgres: ThrowawayPostgres;
  let tracker: RunningTracker;
  beforeAll(async () => {
    postgres = await ThrowawayPostgres.start({
      settings: { fsync: 'off', full_page_writes: 'off' },
    });
    belongings.add(() => postgres.remove());
    await postgres.ask('ALTER DATABASE agent_performance SET synchronous_commit = off');
    tracker = await startReadyTracker({ DATABASE_URL: postgres.url });
    belongings.add(() => tracker.stop());
  });
  afterAll(() => belongings.end());

  const readiness = async (): Promise<Readiness | null> => {
    const answer = await fetch(`${tracker.url}/readyz`);
    return answer.ok ? ((await answer.json()) as Answer<Readiness>).data : null;
  };
  const status = async (): Promise<Status['database']> => {
    const answer = await fetch(`${tracker.url}${API}/status`);
    return ((await answer.json()) as Answer<Status>).data.database;
  };

  const degradedBy = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

  it('is served, and said to be degraded and why', async () => {
    expect(await readiness()).toEqual({ status: 'ok', durability: 'degraded', degradedBy });
    expect(await status()).toMatchObject({ durability: 'degraded', degradedBy });
    expect((await readExposition(tracker.url)).value('apt_durability_full')).toBe(0);
  });

  it('is warned of once at the start', async () => {
    expect(await eventually(() => tracker.stderr() !== '')).toBe(true);
    expect(tracker.stderr()).toBe(
      'The database can lose what was acknowledged when its machine crashes: ' +
        `${degradedBy.join(', ')}\n`,
    );
  });

  it('is full again once the settings are', async () => {
    await postgres.ask('ALTER DATABASE agent_performance RESET synchronous_commit');
    await postgres.stop();
    await postgres.resume({ fsync: 'on', full_page_writes: 'on' });
    expect(await eventually(async () => (await readiness()) !== null)).toBe(true);
    expect(await readiness()).toEqual({ status: 'ok', durability: 'full', degradedBy: [] });
    expect(await status()).toMatchObject({ durability: 'full', degradedBy: [] });
    // The gauge is read from time to time, not at each question.
    const gauge = async (): Promise<boolean> =>
      (await readExposition(tracker.url)).value('apt_durability_full') === 1;
    expect(await eventually(gauge)).toBe(true);
  });
});
