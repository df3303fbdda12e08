import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { CLOCK, CONFIG } from '@app/platform';
import type { AppConfig, Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { IngestPipe } from './ingest.pipe.js';
import { PartitionStore } from './partition.store.js';
import type { PreparedRecord } from './prepared-record.js';

interface SilentRow {
  project_id: number;
  slug: string;
  agent_id: string;
  agent_name: string;
  agent_type: string;
  execution_id: string;
  task_id: string;
  task_name: string;
  task_type: string;
  complexity: number;
  attempt: number;
  started_at: Date;
  heartbeat_at: Date;
}

/** Keeps partitions ahead and ends executions that fell silent. */
@Injectable()
export class UpkeepScheduler implements OnApplicationBootstrap {
  private readonly logger = new Logger(UpkeepScheduler.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly partitions: PartitionStore,
    private readonly pipe: IngestPipe,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.partitions.ensureAhead();
  }

  @Cron(CronExpression.EVERY_HOUR, { name: 'partitions', timeZone: 'UTC', waitForCompletion: true })
  async makePartitions(): Promise<void> {
    await this.partitions.ensureAhead();
  }

  /**
   * Records what has sent no heartbeat for the time-out as abandoned. Two processes may do it at
   * once: the second finds the same identity stored already.
   */
  @Cron(CronExpression.EVERY_MINUTE, { name: 'abandon', timeZone: 'UTC', waitForCompletion: true })
  async abandonSilent(): Promise<void> {
    const timeoutMs = this.config.runningTimeoutMinutes * 60_000;
    const silentSince = new Date(this.clock.now().getTime() - timeoutMs);
    const rows = await this.dataSource.query<SilentRow[]>(
      `SELECT p.project_id, p.slug, a.agent_id, a.agent_name, a.agent_type, r.*
       FROM running_executions r
       JOIN agents a ON a.agent_key = r.agent_key
       JOIN projects p ON p.project_id = a.project_id
       WHERE r.heartbeat_at < $1
       ORDER BY r.heartbeat_at, r.execution_id LIMIT 1000`,
      [silentSince],
    );
    if (rows.length === 0) return;
    await this.pipe.submit(rows.map(toAbandoned));
    this.logger.log({ event: 'executions.abandoned', count: rows.length });
  }
}

function toAbandoned(row: SilentRow): PreparedRecord {
  const startedAtMs = row.started_at.getTime();
  const endedAtMs = Math.max(row.heartbeat_at.getTime(), startedAtMs);
  return {
    agentKey: 0,
    progress: null,
    projectId: row.project_id,
    project: row.slug,
    agentId: row.agent_id,
    agentName: row.agent_name,
    agentType: row.agent_type,
    agentVersion: null,
    executionId: row.execution_id,
    taskId: row.task_id,
    taskName: row.task_name,
    taskType: row.task_type,
    complexity: row.complexity,
    given: { taskName: true, taskType: true, complexity: true, attempt: true },
    attempt: row.attempt,
    status: 'abandoned',
    startedAtMs,
    endedAtMs,
    durationMs: endedAtMs - startedAtMs,
    errorType: 'Abandoned',
    errorMessage: 'No sign of life for longer than the time-out',
    cpuPercent: null,
    cpuMs: null,
    memoryMb: null,
    networkBytes: null,
    diskBytes: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    model: null,
    parentExecutionId: null,
    traceId: null,
    metadataJson: null,
    markId: null,
  };
}
