import type { MigrationInterface, QueryRunner } from 'typeorm';

// What was learned belongs to the project whose agents it was learned from; what people set holds
// for all, and has no project.
const columns = [
  `ALTER TABLE agent_performance_benchmarks DROP CONSTRAINT uq_benchmarks_stratum`,
  `ALTER TABLE agent_performance_benchmarks ADD COLUMN project_id integer`,
  `ALTER TABLE benchmark_versions ADD COLUMN project_id integer`,
];

// An agent type that only one project has was learned there. Others were mixed, and are learned anew.
const homes = `
SELECT agent_type, min(project_id) AS project_id FROM agents
GROUP BY agent_type HAVING min(project_id) = max(project_id)`;

const settle = `
UPDATE agent_performance_benchmarks b SET project_id = h.project_id
FROM unnest($1::text[], $2::integer[]) AS h(agent_type, project_id)
WHERE b.source = 'learned' AND b.agent_type = h.agent_type`;

const constraints = [
  `UPDATE benchmark_versions v SET project_id = b.project_id
   FROM agent_performance_benchmarks b WHERE b.benchmark_id = v.benchmark_id`,
  `INSERT INTO benchmark_versions (benchmark_id, version, action, changed_at, changed_by, before)
   SELECT benchmark_id, version + 1, 'deleted', now(), 'upgrade', jsonb_build_object(
     'expectedMs', expected_ms, 'maxCpuPercent', max_cpu_percent, 'maxMemoryMb', max_memory_mb,
     'minSuccessRate', min_success_rate, 'source', source)
   FROM agent_performance_benchmarks WHERE source = 'learned' AND project_id IS NULL`,
  `DELETE FROM agent_performance_benchmarks WHERE source = 'learned' AND project_id IS NULL`,
  `ALTER TABLE agent_performance_benchmarks
    ADD CONSTRAINT uq_benchmarks_stratum
      UNIQUE NULLS NOT DISTINCT (project_id, agent_type, task_type, complexity),
    ADD CONSTRAINT ck_benchmarks_project CHECK ((source = 'learned') = (project_id IS NOT NULL))`,
];

const down = [
  `ALTER TABLE agent_performance_benchmarks
    DROP CONSTRAINT ck_benchmarks_project, DROP CONSTRAINT uq_benchmarks_stratum`,
  // Of several projects there can be one only.
  `DELETE FROM agent_performance_benchmarks WHERE project_id IS NOT NULL`,
  `ALTER TABLE agent_performance_benchmarks DROP COLUMN project_id`,
  `ALTER TABLE benchmark_versions DROP COLUMN project_id`,
  `ALTER TABLE agent_performance_benchmarks
    ADD CONSTRAINT uq_benchmarks_stratum UNIQUE (agent_type, task_type, complexity)`,
];

export class LearnedBenchmarks1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of columns) await runner.query(statement);
    const found = (await runner.query(homes)) as { agent_type: string; project_id: number }[];
    const types = found.map((row) => row.agent_type);
    const projects = found.map((row) => row.project_id);
    await runner.query(settle, [types, projects]);
    for (const statement of constraints) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
