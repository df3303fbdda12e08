import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Benchmark } from '@app/contracts';

/** Expected performance of one (agent type, task type, complexity), of all projects or of one. */
@Entity({ name: 'agent_performance_benchmarks', synchronize: false })
export class BenchmarkEntity {
  @PrimaryColumn('uuid', { name: 'benchmark_id' }) id!: string;
  /** Where it was learned; null: it holds for all. */
  @Column('integer', { name: 'project_id', nullable: true }) projectId!: number | null;
  @Column('text', { name: 'agent_type' }) agentType!: string;
  @Column('text', { name: 'task_type' }) taskType!: string;
  @Column('smallint') complexity!: number;
  @Column('double precision', { name: 'expected_ms' }) expectedMs!: number;
  @Column('double precision', { name: 'max_cpu_percent' }) maxCpuPercent!: number;
  @Column('double precision', { name: 'max_memory_mb' }) maxMemoryMb!: number;
  @Column('double precision', { name: 'min_success_rate' }) minSuccessRate!: number;
  @Column('text') source!: Benchmark['source'];
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
