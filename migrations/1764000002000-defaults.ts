import { randomUUID } from 'node:crypto';

import type { MigrationInterface, QueryRunner } from 'typeorm';

interface TypeDefaults {
  expectedMs: number[];
  maxCpuPercent: number[];
  maxMemoryMb: number[];
  minSuccessRate: number;
}

/** Expected performance per complexity 1…5. */
const defaults: Record<string, TypeDefaults> = {
  cognitive: {
    expectedMs: [1000, 2000, 3000, 4000, 5000],
    maxCpuPercent: [50, 55, 60, 65, 70],
    maxMemoryMb: [512, 640, 768, 896, 1024],
    minSuccessRate: 90,
  },
  tool_maker: {
    expectedMs: [3000, 4500, 6500, 8000, 10000],
    maxCpuPercent: [60, 65, 70, 75, 80],
    maxMemoryMb: [1024, 1280, 1536, 1792, 2048],
    minSuccessRate: 90,
  },
  orchestrator: {
    expectedMs: [500, 800, 1200, 1600, 2000],
    maxCpuPercent: [40, 45, 50, 55, 60],
    maxMemoryMb: [256, 384, 512, 640, 768],
    minSuccessRate: 95,
  },
};

export class Defaults1764000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `INSERT INTO projects (project_id, slug, name) VALUES (1, 'default', 'Default'), (2, 'sample', 'Sample swarm')`,
    );
    for (const [agentType, figures] of Object.entries(defaults)) {
      for (const [index, expectedMs] of figures.expectedMs.entries()) {
        await runner.query(
          `INSERT INTO agent_performance_benchmarks (benchmark_id, agent_type, task_type, complexity,
             expected_ms, max_cpu_percent, max_memory_mb, min_success_rate, source, updated_at)
           VALUES ($1, $2, 'default', $3, $4, $5, $6, $7, 'default', now())`,
          [
            randomUUID(),
            agentType,
            index + 1,
            expectedMs,
            figures.maxCpuPercent[index],
            figures.maxMemoryMb[index],
            figures.minSuccessRate,
          ],
        );
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM agent_performance_benchmarks WHERE source = 'default'`);
    await runner.query(`DELETE FROM projects WHERE slug IN ('default', 'sample')`);
  }
}
