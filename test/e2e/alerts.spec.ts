import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Alert,
  AlertRule,
  AlertTransitionEntry,
  Answer,
  BacktestResult,
} from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

describe('alerts of the whole server', () => {
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp();
  });
  afterAll(() => server.close());

  async function ingest(agentId: string, runs: { durationMs: number; status?: string }[]) {
    const endedAt = new Date().toISOString();
    const records = runs.map(({ durationMs, status = 'success' }) => ({
      executionId: randomUUID(),
      agentId,
      agentType: 'orchestrator',
      taskId: 'task',
      complexity: 3,
      status,
      endedAt,
      durationMs,
    }));
    const answer = await server.send('POST', '/metrics', records);
    expect(answer.status).toBeLessThan(300);
  }

  async function waitFor(query: string, state?: string): Promise<Alert> {
    for (let tries = 0; tries < 300; tries += 1) {
      const { body } = await server.get<Answer<Alert[]>>(`/alerts?${query}`);
      const found = body.data.find((alert) => state === undefined || alert.state === state);
      if (found) return found;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no alert for ${query}`);
  }

  it('tells of a slow execution within a second of its commit', async () => {
    const committedAt = Date.now();
    await ingest('slow-one', [{ durationMs: 9000 }]);
    const alert = await waitFor('agentId=slow-one');
    expect(alert).toMatchObject({ type: 'slow_execution', severity: 'critical', state: 'firing' });
    const { body } = await server.get<Answer<AlertTransitionEntry[]>>(
      `/alerts/${alert.id}/transitions`,
    );
    expect(body.data).toMatchObject([{ sequence: 1, transition: 'fired', actor: 'system' }]);
    const lateMs = Date.parse(body.data[0]?.at ?? '') - committedAt;
    // One second of ours, and as much again for a machine that has other things to do.
    expect(lateMs).toBeLessThan(2000);
  });

  it('lives through rule, firing, acknowledgement and end, and is found again by a back-test', async () => {
    const rule = {
      type: 'threshold',
      name: 'Failing',
      agentId: 'failing',
      statistic: 'failureRate',
      operator: 'gt',
      warning: 50,
      windowMs: 60_000,
    };
    const made = await server.send<Answer<AlertRule>>('POST', '/alerts/rules', rule);
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    const { id } = made.body.data;
    await ingest('failing', [
      { durationMs: 10, status: 'failure' },
      { durationMs: 10, status: 'failure' },
      { durationMs: 10 },
    ]);
    const alert = await waitFor(`ruleId=${id}`, 'firing');
    expect(alert).toMatchObject({ agentId: 'failing', unit: '%', thresholdValue: 50 });
    const path = `/alerts/${alert.id}`;
    const acknowledged = await server.send<Answer<Alert>>('POST', `${path}/acknowledge`, {
      owner: 'maria',
    });
    expect(acknowledged.body.data).toMatchObject({ state: 'acknowledged' });
    await ingest(
      'failing',
      Array.from({ length: 5 }, () => ({ durationMs: 10 })),
    );
    await waitFor(`ruleId=${id}`, 'resolved');
    const { body } = await server.get<Answer<AlertTransitionEntry[]>>(`${path}/transitions`);
    expect(body.data.map(({ transition, actor }) => [transition, actor])).toEqual([
      ['fired', 'system'],
      ['acknowledged', 'maria'],
      ['resolved', 'system'],
    ]);
    const tested = await server.send<Answer<BacktestResult>>('POST', '/alerts/rules/backtest', {
      ruleId: id,
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 60_000).toISOString(),
    });
    expect(tested.status).toBe(200);
    expect((await server.send('DELETE', `/alerts/rules/${id}`)).status).toBe(204);
  });
});
