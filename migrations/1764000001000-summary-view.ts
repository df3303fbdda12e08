import type { MigrationInterface, QueryRunner } from 'typeorm';

// Success rate, consistency and reliability are those of libs/stats; a test holds them together.
export const summary = `
CREATE VIEW agent_performance_summary AS
WITH recent AS (
  SELECT agent_key, task_type, complexity, status, duration_ms, cpu_percent, memory_mb, ended_at
  FROM agent_performance_metrics
  WHERE started_at >= now() - interval '24 hours'
), strata AS (
  SELECT agent_key, task_type, complexity, count(*) AS n,
    CASE WHEN avg(duration_ms) = 0 THEN 100
      ELSE greatest(0, 100 - 100 * stddev_samp(duration_ms) / avg(duration_ms)) END AS consistency
  FROM recent WHERE status = 'success'
  GROUP BY agent_key, task_type, complexity
  HAVING count(*) >= 2
), consistent AS (
  SELECT agent_key, sum(consistency * n) / sum(n) AS consistency FROM strata GROUP BY agent_key
), counted AS (
  SELECT agent_key,
    count(*) AS total,
    count(*) FILTER (WHERE status = 'success') AS successful,
    count(*) FILTER (WHERE status IN ('failure', 'timeout', 'abandoned')) AS failed,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    avg(duration_ms) FILTER (WHERE status = 'success') AS mean_ms,
    avg(cpu_percent) AS mean_cpu_percent,
    avg(memory_mb) AS mean_memory_mb,
    max(ended_at) AS last_active_at,
    100.0 * count(*) FILTER (WHERE status = 'success')
      / nullif(count(*) FILTER (WHERE status <> 'cancelled'), 0) AS success_rate
  FROM recent GROUP BY agent_key
), open AS (
  SELECT agent_key, count(*) AS open_alerts
  FROM agent_performance_alerts WHERE resolved_at IS NULL GROUP BY agent_key
)
SELECT p.slug AS project, a.agent_id, a.agent_name, a.agent_type,
  coalesce(c.total, 0) AS tasks_last_24h,
  coalesce(c.successful, 0) AS successful, coalesce(c.failed, 0) AS failed,
  coalesce(c.cancelled, 0) AS cancelled,
  c.success_rate, s.consistency,
  0.7 * c.success_rate + 0.3 * s.consistency AS reliability_score,
  c.mean_ms AS avg_execution_time_24h, c.mean_cpu_percent, c.mean_memory_mb,
  coalesce(o.open_alerts, 0) AS active_alerts, c.last_active_at
FROM agents a
JOIN projects p ON p.project_id = a.project_id
LEFT JOIN counted c ON c.agent_key = a.agent_key
LEFT JOIN consistent s ON s.agent_key = a.agent_key
LEFT JOIN open o ON o.agent_key = a.agent_key`;

// The raw rows with the texts that the hot table leaves to the registry, for people who write SQL.
const executions = `
CREATE VIEW agent_performance_executions AS
SELECT p.slug AS project, a.agent_id, a.agent_name, a.agent_type, m.*
FROM agent_performance_metrics m
JOIN agents a ON a.agent_key = m.agent_key
JOIN projects p ON p.project_id = a.project_id`;

export class SummaryView1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL citus.multi_shard_modify_mode TO 'sequential'`);
    await runner.query(summary);
    await runner.query(executions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW agent_performance_executions');
    await runner.query('DROP VIEW agent_performance_summary');
  }
}
