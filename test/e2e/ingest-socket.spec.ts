import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { IngestClient } from '../support/ingest-client.js';

const aRecord = (changes: Partial<Record<keyof ExecutionRecord, unknown>> = {}): object => ({
  executionId: randomUUID(),
  agentId: 'streamer-1',
  agentType: 'cognitive',
  taskId: 'task-1',
  status: 'success',
  startedAt: new Date(Date.now() - 5000).toISOString(),
  durationMs: 1200,
  ...changes,
});

describe('the ingest socket', () => {
  let server: BootedApp;
  let database: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    database = new pg.Client({ connectionString: server.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await server.close();
  });

  const storedIds = async (agentId: string): Promise<string[]> => {
    const { rows } = await database.query<{ execution_id: string }>(
      `SELECT m.execution_id FROM agent_performance_metrics m JOIN agents a USING (agent_key)
       WHERE a.agent_id = $1 ORDER BY 1`,
      [agentId],
    );
    return rows.map((row) => row.execution_id);
  };

  it('has committed what it acknowledges, one record or many a message', async () => {
    const client = await IngestClient.connect(server.url);
    const ids = Array.from({ length: 500 }, () => randomUUID()).sort();
    for (const executionId of ids.slice(0, 300)) {
      client.send(aRecord({ agentId: 'simple', executionId }));
    }
    client.send([]);
    client.send(ids.slice(300).map((executionId) => aRecord({ agentId: 'simple', executionId })));
    expect(await client.settled()).toEqual({
      acked: 302,
      accepted: 500,
      duplicates: 0,
      rejected: [],
    });
    expect(await storedIds('simple')).toEqual(ids);
    expect(client.acknowledgements.length).toBeLessThan(100);
    await client.close();
  });
});
