import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupService } from '@app/aggregation';
import type { Answer, ExecutionRecord, SummaryRow } from '@app/contracts';
import pg from 'pg';

import { FreshGroups } from '../../libs/aggregation/src/fresh-groups.js';
import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded } from '../support/random-history.js';
import { marksLeft, oddRollups } from '../support/rollup-oracle.js';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T14:33:21.987Z');

/** What a cluster is given by its extension, any database can be given by a setting. */
async function setFromRaw(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  await client.query(
    `ALTER DATABASE ${rows[0]?.name ?? ''} SET agent_performance.rollups_from_raw = 'on'`,
  );
  await client.end();
}

describe('a database without one snapshot over all its nodes', () => {
  let server: BootedApp;
  let client: pg.Client;
  const history: ExecutionRecord[] = [];
  const random = seeded(5);

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) }, prepare: setFromRaw });
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const report = async (fromMs: number): Promise<void> => {
    const records = randomHistory({ count: 300, agents: 4, fromMs, toMs: NOW, random });
    expect((await server.send('POST', '/metrics', records)).status).toBe(200);
    history.push(...records);
  };
  const expectFresh = async (): Promise<void> => {
    const { body } = await server.get<Answer<SummaryRow[]>>('/summary?window=7d');
    expect(body.data).toHaveLength(4);
    for (const row of body.data) {
      const own = history.filter(
        ({ agentId, startedAt }) =>
          agentId === row.agentId && Date.parse(startedAt ?? '') >= NOW + 1 - 7 * DAY_MS,
      );
      expectFigures(row, plainFigures(own));
    }
  };

  it('gets its rollups and answers from raw rows alone', async () => {
    for (let round = 0; round < 3; round += 1) {
      await report(NOW - (round + 1) * 3 * DAY_MS);
      expect(server.app.get(FreshGroups).size).toBe(0);
      await expectFresh();
      // Nothing stays behind for want of memory, not even what was stored a moment ago.
      await server.app.get(RollupService).sweep();
      expect(await marksLeft(client)).toBe(0);
      expect(await oddRollups(client)).toEqual([]);
      await expectFresh();
    }
  });
});

describe('any other database', () => {
  it('adds from memory what came through the process', async () => {
    const server = await bootApp({ clock: { now: () => new Date(NOW) } });
    try {
      const records = randomHistory({
        count: 9,
        agents: 2,
        fromMs: NOW - 1000,
        toMs: NOW,
        random: seeded(1),
      });
      await server.send('POST', '/metrics', records);
      expect(server.app.get(FreshGroups).size).toBe(1);
    } finally {
      await server.close();
    }
  });
});
