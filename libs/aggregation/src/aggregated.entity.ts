import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One agent in one bucket: mergeable state, not answers. See `Partial` for the meaning. */
@Entity({ name: 'agent_performance_aggregated', synchronize: false })
export class AggregatedEntity {
  @PrimaryColumn('integer', { name: 'agent_key' }) agentKey!: number;
  @PrimaryColumn('text') period!: string;
  @PrimaryColumn('timestamptz', { name: 'bucket_start' }) bucketStart!: Date;
  @Column('bigint') total!: string;
  @Column('bigint') successful!: string;
  @Column('bigint') failed!: string;
  @Column('bigint') cancelled!: string;
  @Column('bigint', { name: 'duration_count' }) durationCount!: string;
  @Column('double precision', { name: 'duration_sum' }) durationSum!: number;
  @Column('double precision', { name: 'duration_m2' }) durationM2!: number;
  @Column('double precision', { name: 'duration_min', nullable: true }) durationMin!: number | null;
  @Column('double precision', { name: 'duration_max', nullable: true }) durationMax!: number | null;
  @Column('bigint', { name: 'cpu_count' }) cpuCount!: string;
  @Column('double precision', { name: 'cpu_sum' }) cpuSum!: number;
  @Column('double precision', { name: 'cpu_m2' }) cpuM2!: number;
  @Column('double precision', { name: 'cpu_min', nullable: true }) cpuMin!: number | null;
  @Column('double precision', { name: 'cpu_max', nullable: true }) cpuMax!: number | null;
  @Column('bigint', { name: 'memory_count' }) memoryCount!: string;
  @Column('double precision', { name: 'memory_sum' }) memorySum!: number;
  @Column('double precision', { name: 'memory_m2' }) memoryM2!: number;
  @Column('double precision', { name: 'memory_min', nullable: true }) memoryMin!: number | null;
  @Column('double precision', { name: 'memory_max', nullable: true }) memoryMax!: number | null;
  @Column('bigint', { name: 'network_count' }) networkCount!: string;
  @Column('double precision', { name: 'network_sum' }) networkSum!: number;
  @Column('double precision', { name: 'network_m2' }) networkM2!: number;
  @Column('double precision', { name: 'network_min', nullable: true }) networkMin!: number | null;
  @Column('double precision', { name: 'network_max', nullable: true }) networkMax!: number | null;
  @Column('bigint', { name: 'disk_count' }) diskCount!: string;
  @Column('double precision', { name: 'disk_sum' }) diskSum!: number;
  @Column('double precision', { name: 'disk_m2' }) diskM2!: number;
  @Column('double precision', { name: 'disk_min', nullable: true }) diskMin!: number | null;
  @Column('double precision', { name: 'disk_max', nullable: true }) diskMax!: number | null;
  @Column('bigint', { name: 'input_tokens' }) inputTokens!: string;
  @Column('bigint', { name: 'output_tokens' }) outputTokens!: string;
  @Column('double precision', { name: 'cost_usd' }) costUsd!: number;
  @Column('timestamptz', { name: 'last_ended_at' }) lastEndedAt!: Date;
  @Column('bytea') strata!: Buffer;
  @Column('bytea') sketch!: Buffer;
  /** Made by the database: the figures of coarse rollups in one piece, for reading many. */
  @Column({ type: 'bytea', nullable: true, insert: false, update: false }) figures!: Buffer | null;
}
