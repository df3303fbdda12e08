import { ViewColumn, ViewEntity } from 'typeorm';

/** The view `agent_performance_summary`: each agent's last 24 hours, for people who write SQL. */
@ViewEntity({ name: 'agent_performance_summary', synchronize: false })
export class SummaryViewEntity {
  @ViewColumn() project!: string;
  @ViewColumn({ name: 'agent_id' }) agentId!: string;
  @ViewColumn({ name: 'agent_name' }) agentName!: string;
  @ViewColumn({ name: 'agent_type' }) agentType!: string;
  @ViewColumn({ name: 'tasks_last_24h' }) tasksLast24h!: string;
  @ViewColumn() successful!: string;
  @ViewColumn() failed!: string;
  @ViewColumn() cancelled!: string;
  @ViewColumn({ name: 'success_rate' }) successRate!: number | null;
  @ViewColumn() consistency!: number | null;
  @ViewColumn({ name: 'reliability_score' }) reliabilityScore!: number | null;
  @ViewColumn({ name: 'avg_execution_time_24h' }) avgExecutionTime24h!: number | null;
  @ViewColumn({ name: 'mean_cpu_percent' }) meanCpuPercent!: number | null;
  @ViewColumn({ name: 'mean_memory_mb' }) meanMemoryMb!: number | null;
  @ViewColumn({ name: 'active_alerts' }) activeAlerts!: string;
  @ViewColumn({ name: 'last_active_at' }) lastActiveAt!: Date | null;
}
