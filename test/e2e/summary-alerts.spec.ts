import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SummaryRow, Answer } from '@app/contracts';
import pg from 'pg';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

describe('open alerts in the summary', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const counted = async (): Promise<[api: number | undefined, view: number]> => {
    const { body } = await server.get<Answer<SummaryRow[]>>('/summary');
    const { rows } = await client.query<{ n: number }>(
      'SELECT active_alerts::int AS n FROM agent_performance_summary',
    );
    return [body.data[0]?.openAlerts, rows[0]?.n ?? NaN];
  };

  it('are those that fired and were not resolved, by HTTP and in the view', async () => {
    await server.send('POST', '/metrics', {
      agentId: 'watched',
      agentType: 'cognitive',
      taskId: 'one',
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 10,
    });
    await client.query(
      `INSERT INTO agent_performance_alerts (agent_key, alert_id, fingerprint, alert_type, severity,
         state, threshold_value, actual_value, unit, message, breach_count, fired_at, last_seen_at,
         project_id, rule_id, subject_kind, active_at, told_severity)
       SELECT agent_key, $1, 'f', 'threshold', 'warning', 'pending', 1, 2, 'ms', 'slow', 1, now(),
         now(), project_id, 'rule', 'agent', now(), 'warning' FROM agents`,
      [randomUUID()],
    );
    expect(await counted()).toEqual([0, 0]);
    for (const state of ['firing', 'acknowledged']) {
      await client.query('UPDATE agent_performance_alerts SET state = $1', [state]);
      expect(await counted()).toEqual([1, 1]);
    }
    await client.query(
      `UPDATE agent_performance_alerts SET state = 'resolved', resolved_at = now()`,
    );
    expect(await counted()).toEqual([0, 0]);
  });
});
