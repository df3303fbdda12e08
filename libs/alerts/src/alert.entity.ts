import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One alert episode. Written by statements that count in place, hence mapped for reading only. */
@Entity({ name: 'agent_performance_alerts', synchronize: false })
export class AlertEntity {
  @PrimaryColumn('integer', { name: 'agent_key' }) agentKey!: number;
  @PrimaryColumn('uuid', { name: 'alert_id' }) alertId!: string;
  @Column('integer', { name: 'project_id' }) projectId!: number;
  @Column('text', { name: 'rule_id' }) ruleId!: string;
  @Column('text', { name: 'subject_kind' }) subjectKind!: string;
  @Column('text', { name: 'subject_value', nullable: true }) subjectValue!: string | null;
  @Column('text') fingerprint!: string;
  @Column('text', { name: 'alert_type' }) alertType!: string;
  @Column('text') severity!: string;
  @Column('text', { name: 'told_severity' }) toldSeverity!: string;
  @Column('text') state!: string;
  @Column('text', { name: 'task_type', nullable: true }) taskType!: string | null;
  @Column('smallint', { nullable: true }) complexity!: number | null;
  @Column('double precision', { name: 'threshold_value' }) thresholdValue!: number;
  @Column('double precision', { name: 'actual_value' }) actualValue!: number;
  @Column('text') unit!: string;
  @Column('text') message!: string;
  @Column('bigint', { name: 'breach_count' }) breachCount!: string;
  @Column('timestamptz', { name: 'active_at' }) activeAt!: Date;
  @Column('timestamptz', { name: 'fired_at' }) firedAt!: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt!: Date;
  @Column('timestamptz', { name: 'calm_since', nullable: true }) calmSince!: Date | null;
  @Column('timestamptz', { name: 'no_data_since', nullable: true }) noDataSince!: Date | null;
  @Column('timestamptz', { name: 'resolved_at', nullable: true }) resolvedAt!: Date | null;
  @Column('text', { name: 'resolved_by', nullable: true }) resolvedBy!: string | null;
  @Column('text', { name: 'resolve_reason', nullable: true }) resolveReason!: string | null;
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true }) acknowledgedAt!: Date | null;
  @Column('text', { name: 'acknowledged_by', nullable: true }) acknowledgedBy!: string | null;
  @Column('text', { name: 'acknowledge_note', nullable: true }) acknowledgeNote!: string | null;
  @Column('timestamptz', { name: 'snoozed_until', nullable: true }) snoozedUntil!: Date | null;
  @Column('uuid', { name: 'silenced_by', nullable: true }) silencedBy!: string | null;
  @Column('boolean') flapping!: boolean;
  @Column('boolean', { name: 'has_fired' }) hasFired!: boolean;
  @Column('timestamptz', { name: 'notified_at', nullable: true }) notifiedAt!: Date | null;
  @Column('text', { name: 'notified_severity', nullable: true }) notifiedSeverity!: string | null;
  @Column('integer') sequence!: number;
  @Column('integer') revision!: number;
  @Column('uuid', { name: 'execution_id', nullable: true }) executionId!: string | null;
}
