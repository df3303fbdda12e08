import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Belongings } from '../support/belongings.js';
import { Ledger, NO_DISCREPANCIES } from '../support/ledger.js';
import { Load } from '../support/load.js';
import { seeded } from '../support/random-history.js';
import { HttpSender, SocketSender } from '../support/senders.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import {
  eventually,
  startReadyTracker,
  statusOf,
  temporaryFolder,
} from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const SIZE_MB = 192;
/** Left to the database when the rest of the disk is taken. */
const LEFT_MB = 6;

const disk = await mountSmallDisk(temporaryFolder(), SIZE_MB);

(disk ? describe : describe.skip)(
  'a disk that is full (skipped without the right to mount)',
  () => {
    const random = seeded(Date.now());
    const belongings = new Belongings();
    const folder = disk?.folder ?? '';
    const ballast = join(folder, 'ballast');
    let postgres: ThrowawayPostgres;
    let tracker: RunningTracker;

    beforeAll(async () => {
      belongings.add(() => disk?.unmount());
      postgres = await ThrowawayPostgres.start({
        folder: join(folder, 'server'),
        settings: { max_wal_size: '48MB', min_wal_size: '32MB' },
      });
      belongings.add(() => postgres.remove());
      tracker = await startReadyTracker({ DATABASE_URL: postgres.url });
      belongings.add(() => tracker.stop());
    });
    afterAll(() => belongings.end());

    it('is answered with 503, and costs nothing that was acknowledged once there is space', async () => {
      const ledger = new Ledger(random);
      const senders = [new HttpSender(tracker.url), new SocketSender(tracker.url)];
      const load = new Load({ ledger, senders, random, batchSize: 200 });
      await load.kept();
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize - LEFT_MB * 1024 * 1024));
      const { refused } = load.counts;
      expect(await eventually(() => load.counts.refused > refused + 2, 40_000)).toBe(true);
      expect(await statusOf(`${tracker.url}/livez`)).toBe(200);
      await sleep(2000);
      rmSync(ballast);
      // Where the log could not grow the server has ended itself, and somebody has to start it.
      if (await postgres.hasEnded(3000)) await postgres.resume();
      await load.kept();
      await load.stop();
      expect(load.surprises).toEqual([]);
      expect(await ledger.compare(postgres.url)).toEqual(NO_DISCREPANCIES);
    }, 120_000);
  },
);
