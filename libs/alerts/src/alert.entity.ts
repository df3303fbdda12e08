import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One alert episode. Written by statements that count in place, hence mapped for reading only. */
@Entity({ name: 'agent_performance_alerts', synchronize: false })
export class AlertEntity {
  @PrimaryColumn('integer', { name: 'agent_key' }) agentKey!: number;
  @PrimaryColumn('uuid', { name: 'alert_id' }) alertId!: string;
  @Column('text') fingerprint!: string;
  @Column('text', { name: 'alert_type' }) alertType!: string;
  @Column('text') severity!: string;
  @Column('text') state!: string;
  @Column('text', { name: 'task_type', nullable: true }) taskType!: string | null;
  @Column('smallint', { nullable: true }) complexity!: number | null;
  @Column('double precision', { name: 'threshold_value' }) thresholdValue!: number;
  @Column('double precision', { name: 'actual_value' }) actualValue!: number;
  @Column('text') unit!: string;
  @Column('text') message!: string;
  @Column('bigint', { name: 'breach_count' }) breachCount!: string;
  @Column('timestamptz', { name: 'fired_at' }) firedAt!: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt!: Date;
  @Column('timestamptz', { name: 'resolved_at', nullable: true }) resolvedAt!: Date | null;
  @Column('text', { name: 'resolved_by', nullable: true }) resolvedBy!: string | null;
  @Column('text', { name: 'resolve_reason', nullable: true }) resolveReason!: string | null;
  @Column('uuid', { name: 'execution_id', nullable: true }) executionId!: string | null;
}
