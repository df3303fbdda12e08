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
  @Column('bigint', { name: 'memory_count' }) memoryCount!: string;
  @Column('double precision', { name: 'memory_sum' }) memorySum!: number;
  @Column('double precision', { name: 'cost_usd' }) costUsd!: number;
  @Column('jsonb') strata!: unknown;
  @Column('bytea') sketch!: Buffer;
}
