import { afterAll, describe, expect, it } from '@jest/globals';
import type { Answer, SummaryRow } from '@app/contracts';
import { createDataSource, migrate } from '@app/platform';
import type { DataSource } from 'typeorm';

import { migrations } from '../../migrations/index.js';
import { Belongings } from '../support/belongings.js';
import { bootApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';

/** The schema as the first release had it. */
const FIRST = migrations.filter(({ name }) => /17640000\d{5}$/.test(name));
const EXECUTIONS = 40;

/** What a tracker of then would have left behind: rows, and marks for the roller. */
async function workOn(store: DataSource, nowMs: number): Promise<void> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString();
  const startedAt = new Date(Math.max(nowMs - 60_000, Date.parse(`${day}T00:00:00Z`)));
  await store.query(`CREATE TABLE agent_performance_metrics_p${day.replaceAll('-', '')}
    PARTITION OF agent_performance_metrics FOR VALUES FROM ('${day}T00:00:00Z') TO ('${next}')`);
  await store.query(
    `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type, first_seen_at, last_seen_at)
     SELECT k, project_id, 'agent-' || k, 'Agent ' || k, 'cognitive', $1, $1
     FROM generate_series(1, 2) k, projects WHERE slug = 'default'`,
    [startedAt],
  );
  await store.query(`SELECT setval(pg_get_serial_sequence('agents', 'agent_key'), 2)`);
  await store.query(
    `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
       task_type, complexity, attempt, status, ended_at, duration_ms, metadata)
     SELECT 1 + n % 2, $1, gen_random_uuid(), 't' || n, 'Task', 'review', 1 + n % 5, 1,
       CASE WHEN n % 10 = 0 THEN 'failure' ELSE 'success' END, $1, 100 + n, '{"n": 1}'
     FROM generate_series(1, $2::int) n`,
    [startedAt, EXECUTIONS],
  );
  await store.query(
    `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
     SELECT k, date_trunc('minute', $1::timestamptz), gen_random_uuid() FROM generate_series(1, 2) k`,
    [startedAt],
  );
}

describe('an upgrade', () => {
  const belongings = new Belongings();
  afterAll(() => belongings.end());

  it('takes a store of the first release, data and all, through every step to the latest', async () => {
    expect(FIRST.length).toBeGreaterThanOrEqual(3);
    const prepare = async (url: string): Promise<void> => {
      const withSteps = async <T>(
        count: number,
        use: (store: DataSource) => Promise<T>,
      ): Promise<T> => {
        const steps = [...migrations].sort((a, b) => (stamp(a.name) < stamp(b.name) ? -1 : 1));
        const options = { url, poolSize: 3, migrations: steps.slice(0, count) };
        const store = await createDataSource(options).initialize();
        await migrate(store);
        return use(store).finally(() => store.destroy());
      };
      await withSteps(FIRST.length, (store) => workOn(store, Date.now()));
      for (let count = FIRST.length + 1; count <= migrations.length; count += 1) {
        const [row] = await withSteps(count, (store) =>
          store.query<{ n: number }[]>('SELECT count(*)::int AS n FROM agent_performance_metrics'),
        );
        expect([count, row?.n]).toEqual([count, EXECUTIONS]);
      }
    };
    const server = await bootApp({ prepare });
    belongings.add(() => server.close());
    const summary = async (): Promise<SummaryRow[]> =>
      (await server.get<Answer<SummaryRow[]>>('/summary?window=24h')).body.data;
    const figures = (rows: SummaryRow[]) =>
      rows.map(({ agentId, total, failed }) => [agentId, total, failed]).sort();
    // Odd numbers are of the second agent; every tenth has failed, and those are even.
    const expected = [
      ['agent-1', EXECUTIONS / 2, EXECUTIONS / 10],
      ['agent-2', EXECUTIONS / 2, 0],
    ];
    expect(figures(await summary())).toEqual(expected);
    await server.send('POST', '/aggregate');
    await eventually(async () => {
      const { body } = await server.get<{ data: { aggregation: { dirtyBuckets: number } } }>(
        '/status',
      );
      return body.data.aggregation.dirtyBuckets === 0 || undefined;
    });
    expect(figures(await summary())).toEqual(expected);
  });
});

function stamp(name: string): string {
  return /\d{13}$/.exec(name)?.[0] ?? '';
}
