import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Query } from '@app/aggregation';
import type { Execution, RunningExecution } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { identityOf, readAgents } from './agent.reader.js';
import type { AgentFilter, RegisteredAgent } from './agent.reader.js';
import { readExecutions } from './execution.reader.js';
import type { ExecutionFilter } from './execution.reader.js';
import { spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';

const EXPORT_PAGE = 2000;

interface RunningRow {
  execution_id: string;
  agent_key: number;
  task_id: string;
  task_name: string;
  task_type: string;
  complexity: number;
  attempt: number;
  started_at: Date;
  heartbeat_at: Date;
}

export type ExecutionRequest = RangeParameters &
  AgentFilter &
  Omit<ExecutionFilter, 'fromMs' | 'toMs'>;

/** Raw executions, finished and running. */
@Injectable()
export class ExecutionsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError `invalid-request` for a bad cursor, `unknown-agent` (404) */
  async page(
    scope: ProjectScope,
    request: ExecutionRequest,
    limit: number,
    cursor?: string,
  ): Promise<{ executions: Execution[]; nextCursor: string | null }> {
    const agents = await this.agents(scope, request);
    const filter = { ...request, ...spanOf(request, this.clock.now().getTime(), '24h') };
    return readExecutions(this.query, scope.slug, agents, filter, limit, cursor);
  }

  /** Everything that fits, page by page, so that memory stays flat however much it is. */
  async *all(scope: ProjectScope, request: ExecutionRequest): AsyncGenerator<Execution[]> {
    const agents = await this.agents(scope, request);
    const filter = { ...request, ...spanOf(request, this.clock.now().getTime(), '24h') };
    let cursor: string | undefined;
    do {
      const page = await readExecutions(
        this.query,
        scope.slug,
        agents,
        filter,
        EXPORT_PAGE,
        cursor,
      );
      yield page.executions;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async running(scope: ProjectScope, filter: AgentFilter): Promise<RunningExecution[]> {
    const agents = await this.agents(scope, filter);
    const rows = await this.query<RunningRow>(
      `SELECT * FROM running_executions WHERE agent_key = ANY ($1::int[])
       ORDER BY started_at, execution_id LIMIT 1000`,
      [[...agents.keys()]],
    );
    return rows.map((row) => toRunning(row, scope.slug, agents.get(row.agent_key)));
  }

  private readonly query: Query = (sql, parameters) => this.dataSource.query(sql, parameters);

  private async agents(
    scope: ProjectScope,
    filter: AgentFilter,
  ): Promise<Map<number, RegisteredAgent>> {
    const agents = await readAgents(this.query, scope.projectId, filter);
    return new Map(agents.map((agent) => [agent.agentKey, agent]));
  }
}

function toRunning(
  row: RunningRow,
  project: string,
  agent: RegisteredAgent | undefined,
): RunningExecution {
  return {
    executionId: row.execution_id,
    project,
    ...identityOf(agent),
    taskId: row.task_id,
    taskName: row.task_name,
    taskType: row.task_type,
    complexity: row.complexity,
    attempt: row.attempt,
    startedAt: row.started_at.toISOString(),
    heartbeatAt: row.heartbeat_at.toISOString(),
  };
}
