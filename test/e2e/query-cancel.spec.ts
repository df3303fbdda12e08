import { get } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, IngestResult, Problem } from '@app/contracts';
import { ReadDatabase } from '@app/query';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const eventually = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('a read that nobody waits for', () => {
  let server: BootedApp;
  let observer: pg.Client;

  beforeAll(async () => {
    server = await bootApp({ env: { DATABASE_READ_POOL_SIZE: '4' } });
    observer = new pg.Client({ connectionString: server.databaseUrl });
    await observer.connect();
    await server.send('POST', '/metrics', record('before'));
  });
  afterAll(async () => {
    await observer.end();
    await server.close();
  });

  const record = (taskId: string) => ({
    agentId: 'agent-1',
    agentType: 'cognitive',
    taskId,
    status: 'success',
    startedAt: new Date(Date.now() - 60_000).toISOString(),
    durationMs: 10,
  });

  /** Reads wait for as long as `work` runs, as if what they do were slow. Writes do not. */
  const whileReadsAreSlow = async (work: () => Promise<void>): Promise<void> => {
    const blocker = new pg.Client({ connectionString: server.databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    // Every read looks the agents up by this door; ingest knows the agent already.
    await blocker.query('LOCK TABLE agents, agent_performance_aggregated IN ACCESS EXCLUSIVE MODE');
    try {
      await work();
    } finally {
      await blocker.query('ROLLBACK');
      await blocker.end();
    }
  };

  const waiting = async (): Promise<number> => {
    const { rows } = await observer.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
         AND application_name ~ '^agent-performance-tracker-(read|export)'`,
    );
    return rows[0]?.count ?? 0;
  };

  /** Asks, and returns what hangs up. */
  const ask = (path: string): (() => void) => {
    const request = get(`${server.url}${API}${path}`, (answer) => answer.resume());
    request.on('error', () => undefined);
    return () => request.destroy();
  };

  it.each([
    '/summary',
    '/summary/total',
    '/trends?tz=Europe/Berlin&period=day',
    '/compare?agentIds=agent-1',
    '/metrics',
    '/metrics?format=csv',
    '/agents',
    '/agents/agent-1',
    '/agents/agent-1/breakdown',
    '/executions/running',
    '/projects',
  ])('is cancelled in the database when its client leaves: %s', async (path) => {
    await whileReadsAreSlow(async () => {
      const leave = ask(path);
      await eventually(async () => (await waiting()) === 1);
      leave();
      await eventually(async () => (await waiting()) === 0);
    });
    expect((await server.get('/summary')).status).toBe(200);
  });

  it('is cancelled when its time is up, and says so', async () => {
    const reads = server.app.get(ReadDatabase);
    const limitMs = reads.timeLimitMs;
    reads.timeLimitMs = 300;
    try {
      await whileReadsAreSlow(async () => {
        for (const path of ['/summary', '/metrics?format=ndjson']) {
          const { status, headers, body } = await server.get<Problem>(path);
          expect([status, body.code]).toEqual([503, 'query-timeout']);
          expect(headers.get('content-type')).toContain('application/problem+json');
          await eventually(async () => (await waiting()) === 0);
        }
      });
    } finally {
      reads.timeLimitMs = limitMs;
    }
    expect((await server.get('/summary')).status).toBe(200);
  });

  it('leaves the connection of its neighbour alone', async () => {
    let neighbour: Promise<number> | undefined;
    await whileReadsAreSlow(async () => {
      const leave = ask('/summary');
      const stays = fetch(`${server.url}${API}/trends`);
      await eventually(async () => (await waiting()) === 2);
      leave();
      await eventually(async () => (await waiting()) === 1);
      neighbour = stays.then((answer) => answer.status);
    });
    expect(await neighbour).toBe(200);
  });

  it('never holds up what is written, however many there are', async () => {
    await whileReadsAreSlow(async () => {
      const hangUps = Array.from({ length: 30 }, () => ask('/summary'));
      await eventually(async () => (await waiting()) === 2);
      const answer = await server.send<Answer<IngestResult>>('POST', '/metrics', record('during'));
      expect([answer.status, answer.body.data.accepted]).toEqual([200, 1]);
      for (const leave of hangUps) leave();
      await eventually(async () => (await waiting()) === 0);
    });
    expect((await server.get('/summary')).status).toBe(200);
  });

  it('ends when the server stops', async () => {
    const stopping = await bootApp();
    const blocker = new pg.Client({ connectionString: stopping.databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE agents IN ACCESS EXCLUSIVE MODE');
    const answer = fetch(`${stopping.url}${API}/summary`).then(({ status }) => status);
    await eventually(async () => {
      // Not by the blocker itself: what it sees of others stands still while its transaction lasts.
      const { rows } = await observer.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'
           AND application_name LIKE 'agent-performance-tracker-read%'`,
        [new URL(stopping.databaseUrl).pathname.slice(1)],
      );
      return rows.length === 1;
    });
    // Closing drops the database, and with it the blocker's connection.
    blocker.on('error', () => undefined);
    const closed = stopping.close();
    expect(await answer).toBe(503);
    await closed;
  });
});
