import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One finished task execution. The table is partitioned by day, so the schema is the migrations' alone. */
@Entity({ name: 'agent_performance_metrics', synchronize: false })
export class MetricEntity {
  @PrimaryColumn('integer', { name: 'agent_key' }) agentKey!: number;
  @PrimaryColumn('timestamptz', { name: 'started_at' }) startedAt!: Date;
  @PrimaryColumn('uuid', { name: 'execution_id' }) executionId!: string;
  @Column('text', { name: 'task_id' }) taskId!: string;
  @Column('text', { name: 'task_name' }) taskName!: string;
  @Column('text', { name: 'task_type' }) taskType!: string;
  @Column('text', { name: 'agent_version', nullable: true }) agentVersion!: string | null;
  @Column('smallint') complexity!: number;
  @Column('smallint') attempt!: number;
  @Column('text') status!: string;
  @Column('timestamptz', { name: 'ended_at' }) endedAt!: Date;
  @Column('double precision', { name: 'duration_ms' }) durationMs!: number;
  @Column('text', { name: 'error_type', nullable: true }) errorType!: string | null;
  @Column('text', { name: 'error_message', nullable: true }) errorMessage!: string | null;
  @Column('double precision', { name: 'cpu_percent', nullable: true }) cpuPercent!: number | null;
  @Column('double precision', { name: 'cpu_ms', nullable: true }) cpuMs!: number | null;
  @Column('double precision', { name: 'memory_mb', nullable: true }) memoryMb!: number | null;
  @Column('bigint', { name: 'network_bytes', nullable: true }) networkBytes!: string | null;
  @Column('bigint', { name: 'disk_bytes', nullable: true }) diskBytes!: string | null;
  @Column('bigint', { name: 'input_tokens', nullable: true }) inputTokens!: string | null;
  @Column('bigint', { name: 'output_tokens', nullable: true }) outputTokens!: string | null;
  @Column('double precision', { name: 'cost_usd', nullable: true }) costUsd!: number | null;
  @Column('text', { nullable: true }) model!: string | null;
  @Column('uuid', { name: 'parent_execution_id', nullable: true }) parentExecutionId!:
    string | null;
  @Column('text', { name: 'trace_id', nullable: true }) traceId!: string | null;
  @Column('jsonb', { nullable: true }) metadata!: Record<string, unknown> | null;
}
